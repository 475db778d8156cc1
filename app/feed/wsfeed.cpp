#include "app/feed/wsfeed.h"

#include "app/feed/wslink.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace entvas {

WsFeed::WsFeed(const WsFeedOptions &options, QObject *parent)
    : Feed(parent),
      m_server(options.server),
      m_queue(std::make_shared<MessageQueue>()),
      m_link(new WsLink(options, m_queue))
{
    qRegisterMetaType<FeedState>();
    m_link->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_link, &QObject::deleteLater);
    connect(m_link, &WsLink::stateChanged, this, [this](const FeedState &state) {
        if (m_open)
            Q_EMIT stateChanged(state);
    });
    connect(m_link, &WsLink::waiting, this, &WsFeed::drain);
    // Not a queued call: those that are made meanwhile are all handled before any timer and any click.
    m_again.setSingleShot(true);
    m_again.setInterval(1);
    connect(&m_again, &QTimer::timeout, this, &WsFeed::drain);
    m_thread.setObjectName(u"feed"_s);
    m_thread.start();
}

WsFeed::~WsFeed()
{
    m_thread.quit();
    m_thread.wait();
}

void WsFeed::open()
{
    if (m_open)
        return;
    m_open = true;
    QMetaObject::invokeMethod(m_link, &WsLink::open);
}

void WsFeed::close()
{
    m_open = false;
    QMetaObject::invokeMethod(m_link, &WsLink::close);
}

void WsFeed::retryNow()
{
    if (m_open)
        QMetaObject::invokeMethod(m_link, &WsLink::retryNow);
}

void WsFeed::setToken(const QString &token)
{
    QMetaObject::invokeMethod(m_link, [link = m_link, token] { link->setToken(token); });
}

void WsFeed::drain()
{
    if (m_again.isActive())
        return;
    QElapsedTimer turn;
    turn.start();
    bool more = true;
    while (more && !turn.hasExpired(kTurnMs)) {
        MessageQueue::Taken taken = m_queue->take(1);
        more = taken.more;
        for (FeedItem &item : taken.items)
            if (m_open)
                hand(item);
        if (taken.overflowed)
            QMetaObject::invokeMethod(m_link, &WsLink::resync);
    }
    if (more)
        m_again.start();
}

void WsFeed::hand(FeedItem &item)
{
    if (const auto *message = std::get_if<wire::ServerMessage>(&item)) {
        Q_EMIT this->message(*message);
        return;
    }
    std::shared_ptr<Picture> picture = std::move(std::get<std::unique_ptr<Picture>>(item));
    Q_EMIT this->picture(*picture);
    // Freed there, with the cube that it holds now.
    QMetaObject::invokeMethod(
        m_link, [old = std::move(picture)] {}, Qt::QueuedConnection);
}

} // namespace entvas
