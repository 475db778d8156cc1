#include "app/widgets/connection/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace entvas {

namespace {
constexpr int kLeastHeadline = 120;
constexpr int kBesideFrom = 860; // px; narrower, the text stands below the headline
} // namespace

Banner::Banner(QWidget *parent)
    : QFrame(parent),
      m_words(new QBoxLayout(QBoxLayout::LeftToRight)),
      m_headline(new QLabel),
      m_text(new QLabel),
      m_action(new QPushButton),
      m_other(new QPushButton)
{
    setObjectName(QStringLiteral("banner"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 10, 8);
    row->setSpacing(10);
    m_headline->setObjectName(QStringLiteral("title"));
    m_headline->setTextFormat(Qt::PlainText);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setObjectName(QStringLiteral("hint"));
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_text->setWordWrap(true);
    m_headline->setWordWrap(true);
    m_headline->setMinimumWidth(kLeastHeadline);
    m_words->setSpacing(10);
    m_words->addWidget(m_headline);
    m_words->addWidget(m_text, 1);
    row->addLayout(m_words, 1);
    row->addWidget(m_other);
    row->addWidget(m_action);
    m_other->setObjectName(QStringLiteral("quiet"));
    connect(m_action, &QPushButton::clicked, this, &Banner::actionChosen);
    connect(m_other, &QPushButton::clicked, this, &Banner::otherActionChosen);
    hide();
}

void Banner::draw(const QString &headline, const QString &text, const QString &action, const QString &otherAction)
{
    m_headline->setText(headline);
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_other->setText(otherAction);
    m_other->setVisible(!otherAction.isEmpty());
    arrange();
    QFrame::show();
}

void Banner::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    arrange();
}

void Banner::arrange()
{
    const bool isBeside = width() >= kBesideFrom;
    m_words->setDirection(isBeside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_words->setSpacing(isBeside ? 10 : 2);
    m_headline->setSizePolicy(isBeside ? QSizePolicy::Fixed : QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_headline->setWordWrap(!isBeside);
    m_text->setVisible(isBeside || !m_text->text().isEmpty());
}

QWidget *Banner::makeRow()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(20, 0, 20, 12);
    row->addWidget(this);
    box->hide();
    return box;
}

void Banner::setShown(bool shown)
{
    parentWidget()->setVisible(shown);
}

QString Banner::headline() const
{
    return m_headline->text();
}

} // namespace entvas
