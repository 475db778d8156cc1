#include "app/feed/wsfeed.h"

#include "app/feed/wslink.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
constexpr std::size_t kMessagesPerTurn = 64; // then clicks and painting have their turn
} // namespace

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

void WsFeed::drain()
{
    const MessageQueue::Taken taken = m_queue->take(kMessagesPerTurn);
    for (const wire::ServerMessage &message : taken.messages)
        if (m_open)
            Q_EMIT this->message(message);
    if (taken.overflowed)
        QMetaObject::invokeMethod(m_link, &WsLink::resync);
    if (taken.more)
        QMetaObject::invokeMethod(this, &WsFeed::drain, Qt::QueuedConnection);
}

} // namespace entvas
