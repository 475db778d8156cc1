#include "app/widgets/stream/rejectedpane.h"

#include "app/board/text/format.h"
#include "app/board/text/rejectedtext.h"
#include "app/theme/theme.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/plainlabel.h"
#include "app/widgets/base/wholelines.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostMarks = 500; // each costs time at every paint

QLabel *narrowLabel(const QString &name)
{
    auto *label = plainLabel(name);
    label->setMinimumWidth(40); // a word that is longer is cut, not the window stretched
    QSizePolicy policy = label->sizePolicy();
    policy.setVerticalPolicy(QSizePolicy::Maximum); // room that is left is not its
    label->setSizePolicy(policy);
    return label;
}

} // namespace

RejectedPane::RejectedPane(const Theme &theme, QWidget *parent)
    : QFrame(parent),
      m_theme(theme),
      m_title(new ElidedLabel),
      m_facts(narrowLabel(u"hint"_s)),
      m_size(narrowLabel(u"hint"_s)),
      m_scroll(new QScrollArea),
      m_errors(new QWidget),
      m_errorRows(new QVBoxLayout(m_errors)),
      m_body(new QPlainTextEdit),
      m_copy(new QPushButton(tr("Copy body"))),
      m_curl(new QPushButton(tr("Copy as curl")))
{
    setAccessibleName(tr("Rejected event"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 0, 0, 4);
    column->setSpacing(6);
    m_title->setObjectName(u"title"_s);
    column->addWidget(m_title);
    column->addWidget(m_facts);

    m_errorRows->setContentsMargins(0, 4, 6, 6);
    m_errorRows->setSpacing(3);
    m_errors->setObjectName(u"clear"_s);
    m_scroll->setWidget(m_errors);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("What to fix"));
    new LineCover(m_scroll, theme, [this](const QWidget *viewport) { return linesOfErrors(viewport); });
    column->addWidget(m_scroll, 3);
    column->addWidget(m_size);
    m_body->setReadOnly(true);
    m_body->setObjectName(u"code"_s);
    m_body->setFrameShape(QFrame::NoFrame);
    m_body->setWordWrapMode(QTextOption::WrapAnywhere);
    m_body->setUndoRedoEnabled(false);
    m_body->setTabChangesFocus(true);
    m_body->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_body->setAccessibleName(tr("Body as it was sent"));
    m_body->setMinimumHeight(60);
    column->addWidget(m_body, 2);

    column->addStretch();
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    for (QPushButton *button : {m_copy, m_curl}) {
        button->setCursor(Qt::PointingHandCursor);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    connect(m_copy, &QPushButton::clicked, this, &RejectedPane::copyBody);
    connect(m_curl, &QPushButton::clicked, this,
            [this] { copy(m_curl, rejectedAsCurl(m_event, m_webhook.toString(), m_key)); });
    connect(&theme, &Theme::changed, this, [this] {
        drawErrors();
        m_body->setFont(m_theme.fixedFont(12));
        markFaults();
    });
    clear();
}

void RejectedPane::setWebhook(const QUrl &webhook, const QString &key)
{
    m_webhook = webhook;
    m_key = key;
}

void RejectedPane::clear()
{
    m_event = {};
    for (QWidget *part : {static_cast<QWidget *>(m_copy), static_cast<QWidget *>(m_curl)})
        part->setEnabled(false);
    m_title->setText(tr("Choose a rejected event to see what to fix"));
    m_facts->clear();
    m_size->clear();
    drawErrors();
    drawBody();
}

void RejectedPane::draw(const RejectedEvent &event, const QTimeZone &zone)
{
    m_event = event;
    const QString type = paint::oneLine(eventTypeOf(event));
    const QString sender = paint::oneLine(keyNameOf(event));
    m_title->setText(type.isEmpty() ? tr("From %1").arg(sender) : tr("%1 from %2").arg(type, sender));
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(event.receivedAtMs, zone);
    QStringList facts{format::dateName(at.date(), false) + at.time().toString(u" HH:mm:ss.zzz"_s),
                      tr("address %1").arg(paint::oneLine(event.sender))};
    if (const QString place = placeOf(event); !place.isEmpty())
        facts << place;
    facts << tr("answered %1").arg(event.status);
    facts << tr("request %1").arg(paint::oneLine(event.requestId));
    if (event.skipped > 0)
        facts << tr("%Ln more of this request, counted only", nullptr, int(event.skipped));
    m_facts->setText(facts.join(u" · "_s));
    m_title->setToolTip(u"<span>%1</span>"_s.arg(m_facts->text().toHtmlEscaped())); // where there is no room for them
    m_size->setText(tr("Sent: %1").arg(bodySizeOf(event)));
    drawErrors();
    drawBody();
    m_copy->setEnabled(!event.body.isEmpty());
    m_copy->setToolTip(event.body.isEmpty() ? tr("Nothing of the body was kept") : QString());
    const bool canSend = !event.isCut() && !event.body.isEmpty();
    m_curl->setEnabled(canSend);
    m_curl->setToolTip(canSend ? tr("Copy a command that sends this request again")
                               : tr("Only a part of the body was kept"));
}

void RejectedPane::drawErrors()
{
    while (QLayoutItem *item = m_errorRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const FieldError &error : m_event.errors) {
        auto *what = narrowLabel(u"reason"_s);
        what->setText(u"✕ "_s + paint::oneLine(reasonOf(error)));
        QFont font = m_theme.font(12, QFont::DemiBold);
        what->setFont(font);
        auto *fix = narrowLabel(u"remedy"_s);
        fix->setText(remedyFor(error));
        m_errorRows->addWidget(what);
        m_errorRows->addWidget(fix);
        if (const QString example = exampleFor(error); !example.isEmpty()) {
            auto *form = narrowLabel(u"example"_s);
            form->setText(paint::oneLine(example));
            form->setFont(m_theme.fixedFont(12));
            form->setTextInteractionFlags(Qt::TextSelectableByMouse);
            m_errorRows->addWidget(form);
        }
        auto *told = narrowLabel(u"hint"_s);
        told->setText(tr("Reply to the sender: %1").arg(paint::oneLine(error.message)));
        m_errorRows->addWidget(told);
        m_errorRows->addSpacing(8);
    }
    m_errorRows->addStretch(1);
    for (QLabel *label : m_errors->findChildren<QLabel *>())
        label->show(); // a layout leaves out what is hidden, and new ones are until the next event
    fitErrors();
}

// As high as its lines need and no higher: the rest is the body's.
void RejectedPane::fitErrors()
{
    const int width = m_scroll->viewport()->width();
    m_scroll->setMaximumHeight(m_event.errors.isEmpty() ? 0 : std::max(m_errorRows->heightForWidth(width), 1));
}

QList<QRect> RejectedPane::linesOfErrors(const QWidget *viewport) const
{
    QList<QRect> lines;
    for (const QLabel *label : m_errors->findChildren<QLabel *>()) {
        const int count = std::max(1, qRound(double(label->height()) / label->fontMetrics().lineSpacing()));
        const QPoint at = label->mapTo(viewport, QPoint());
        for (int i = 0; i < count; ++i) {
            const int top = label->height() * i / count;
            lines.append({at.x(), at.y() + top, label->width(), label->height() * (i + 1) / count - top});
        }
    }
    return lines;
}

void RejectedPane::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    constexpr int kLowTo = 240; // px; lower, what to fix matters more than the body, which can still be copied
    for (QWidget *part :
         {static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_size), static_cast<QWidget *>(m_body)})
        part->setVisible(height() >= kLowTo);
    fitErrors();
}

void RejectedPane::drawBody()
{
    m_body->setFont(m_theme.fixedFont(12));
    m_body->setPlainText(visibleText(m_event.body).text);
    markFaults();
}

void RejectedPane::markFaults()
{
    const VisibleText visible = visibleText(m_event.body);
    const Tokens &t = m_theme.tokens();
    QTextCharFormat format; // a ground and a line, not by colour alone
    QColor ground = t.bad;
    ground.setAlphaF(0.22f);
    format.setBackground(ground);
    format.setForeground(t.text);
    format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    format.setUnderlineColor(t.bad);
    QList<QTextEdit::ExtraSelection> marks;
    qsizetype firstFault = -1;
    for (const FieldError &error : m_event.errors) {
        const auto part = faultyPart(m_event, error);
        if (!part || part->from + part->length >= visible.starts.size())
            continue;
        QTextCursor cursor(m_body->document());
        cursor.setPosition(visible.starts[part->from]);
        cursor.setPosition(std::max(visible.starts[part->from + part->length], visible.starts[part->from] + 1),
                           QTextCursor::KeepAnchor);
        marks.append({cursor, format});
        if (firstFault < 0 || cursor.selectionStart() < firstFault)
            firstFault = cursor.selectionStart();
    }
    markHidden(visible.text, marks);
    m_body->setExtraSelections(marks);
    QTextCursor first(m_body->document());
    if (firstFault >= 0)
        first.setPosition(int(firstFault));
    m_body->setTextCursor(first);
    m_body->ensureCursorVisible();
}

// The pictures of control characters are small in many fonts: a ground makes them easy to find.
void RejectedPane::markHidden(const QString &text, QList<QTextEdit::ExtraSelection> &marks) const
{
    QTextCharFormat format;
    format.setBackground(m_theme.tokens().wash);
    format.setForeground(m_theme.tokens().accent);
    for (qsizetype at = 0; at < text.size() && marks.size() < kMostMarks; ++at) {
        const char16_t c = text[at].unicode();
        const bool isPicture = c >= 0x2400 && c <= 0x2421;
        const qsizetype end = isPicture ? at + 1 : c == u'⟨' ? text.indexOf(u'⟩', at) + 1 : 0;
        if (end <= at)
            continue;
        QTextCursor cursor(m_body->document());
        cursor.setPosition(int(at));
        cursor.setPosition(int(end), QTextCursor::KeepAnchor);
        marks.append({cursor, format});
        at = end - 1;
    }
}

void RejectedPane::copyBody()
{
    if (!m_event.body.isEmpty())
        copy(m_copy, QString::fromUtf8(m_event.body));
}

void RejectedPane::copy(QPushButton *button, const QString &text)
{
    QApplication::clipboard()->setText(text);
    const QString before = button == m_copy ? tr("Copy body") : tr("Copy as curl");
    button->setText(tr("Copied"));
    QTimer::singleShot(1'200, button, [button, before] { button->setText(before); });
}

QString RejectedPane::title() const
{
    return m_title->text();
}

QString RejectedPane::facts() const
{
    return m_facts->text();
}

QStringList RejectedPane::errors() const
{
    QStringList lines;
    for (const QLabel *label : m_errors->findChildren<QLabel *>())
        lines << label->text();
    return lines;
}

} // namespace entvas
