#include "app/widgets/connection/statusbar.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/base/elided.h"

#include <QHBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHeight = 30;

QString storeText(const QString &name)
{
    return name == u"postgresql"_s ? StatusBar::tr("PostgreSQL") : name == u"sqlite"_s ? StatusBar::tr("SQLite") : name;
}

QString ageText(const Board &board)
{
    if (!board.hasData())
        return {};
    const qint64 change = board.nowMs() - board.changedAtMs();
    if (board.state().kind != FeedState::Kind::Live)
        return StatusBar::tr("Last contact %1 ago").arg(format::age(board.nowMs() - board.heardAtMs()));
    if (change < 1'000)
        return StatusBar::tr("Last change just now");
    return StatusBar::tr("Last change %1 ago").arg(format::age(change));
}

} // namespace

StatusBar::StatusBar(QWidget *parent) : QFrame(parent), m_store(new ElidedLabel), m_age(new ElidedLabel)
{
    setObjectName(u"statusbar"_s);
    setFixedHeight(kHeight);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(20, 0, 20, 0);
    QLabel *hints = new ElidedLabel(tr("Ctrl+K commands · F1 keys"));
    for (QLabel *label : {m_store, m_age, hints}) {
        label->setObjectName(u"hint"_s);
        label->setTextFormat(Qt::PlainText);
    }
    row->addWidget(m_store, 1);
    row->addWidget(m_age, 1, Qt::AlignCenter);
    row->addWidget(hints, 1, Qt::AlignRight);
}

void StatusBar::draw(const Board &board)
{
    QStringList parts;
    if (const QString store = storeText(board.storeName()); !store.isEmpty())
        parts << store;
    const qint64 events = board.frame().totalEvents;
    if (board.hasData())
        parts << (events == 1 ? tr("1 event") : tr("%1 events").arg(format::count(events)));
    const qint64 ahead = board.clockOffsetMs();
    if (board.hasData() && qAbs(ahead) > ServerClock::kShownFromMs)
        parts << (ahead > 0 ? tr("server clock %1 ahead") : tr("server clock %1 behind")).arg(format::age(qAbs(ahead)));
    m_store->setText(parts.join(u" · "_s));
    m_age->setText(ageText(board));
}

} // namespace entvas
