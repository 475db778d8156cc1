#include "app/widgets/desk/emptypanel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

EmptyPanel::EmptyPanel(QWidget *parent)
    : QFrame(parent),
      m_curl(new QLineEdit),
      m_copy(new QPushButton(tr("Copy"))),
      m_sample(new QPushButton(tr("Send sample events"))),
      m_note(new QLabel)
{
    setObjectName(u"card"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(32, 28, 32, 28);
    column->setSpacing(10);
    auto *headline = new QLabel(tr("Waiting for the first event"));
    headline->setObjectName(u"headline"_s);
    column->addWidget(headline);
    auto *hint = new QLabel(tr("Send one from a terminal. It appears here as soon as it is stored."));
    hint->setObjectName(u"hint"_s);
    hint->setWordWrap(true);
    column->addWidget(hint);
    column->addSpacing(6);

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_curl->setObjectName(u"code"_s);
    m_curl->setReadOnly(true);
    m_curl->setAccessibleName(tr("Command that sends one event"));
    row->addWidget(m_curl, 1);
    row->addWidget(m_copy);
    column->addLayout(row);
    column->addSpacing(10);

    auto *second = new QHBoxLayout;
    second->setSpacing(12);
    m_sample->setObjectName(u"primary"_s);
    m_sample->setDefault(true);
    second->addWidget(m_sample);
    m_note->setObjectName(u"hint"_s);
    m_note->setText(tr("A few random events per second until you stop them from the menu."));
    m_note->setWordWrap(true);
    second->addWidget(m_note, 1);
    column->addLayout(second);

    for (QPushButton *button : {m_copy, m_sample})
        button->setCursor(Qt::PointingHandCursor);
    connect(m_copy, &QPushButton::clicked, this, &EmptyPanel::copy);
    connect(m_sample, &QPushButton::clicked, this, &EmptyPanel::sampleTrafficWanted);
}

void EmptyPanel::setWebhook(const QUrl &webhook, const QString &key)
{
    m_curl->setText(u"curl -H 'X-API-Key: %1' -d '{\"eventType\":\"page_view\",\"userId\":\"42\","
                    "\"metadata\":{\"page\":\"home\",\"browser\":\"firefox\"}}' %2"_s.arg(key, webhook.toString()));
    m_curl->setCursorPosition(0);
}

void EmptyPanel::setSampleOffered(bool offered)
{
    m_sample->setVisible(offered);
    m_note->setText(offered ? tr("A few random events per second until you stop them from the menu.")
                            : tr("This server has a key of its own. Ask the server's administrator for a key."));
}

void EmptyPanel::setSampling(bool sampling)
{
    m_sample->setEnabled(!sampling);
    m_sample->setText(sampling ? tr("Sending sample events…") : tr("Send sample events"));
}

QString EmptyPanel::curlLine() const
{
    return m_curl->text();
}

void EmptyPanel::copy()
{
    QApplication::clipboard()->setText(m_curl->text());
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(1'500, this, [this] { m_copy->setText(tr("Copy")); });
}

} // namespace entvas
