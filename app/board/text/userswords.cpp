#include "app/board/text/userswords.h"

#include "app/board/text/format.h"
#include "app/board/text/translation.h"

#include <QDateTime>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDigitsTold = 1'000; // of an estimate, three digits are told

qint64 rounded(qint64 count)
{
    qint64 unit = 1;
    while (count / unit >= kDigitsTold)
        unit *= 10;
    return (count + unit / 2) / unit * unit;
}

QString momentOf(qint64 ms, const QTimeZone &zone)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(ms, zone).date();
    return tr("%1, %2").arg(format::dateName(day, false), format::clock(ms, zone));
}

} // namespace

UsersWords usersWords(const BoardFrame &frame)
{
    if (!frame.users)
        return {u"–"_s,
                {},
                tr("not available for this time range"),
                tr("The server did not count users for this time range, or does not count them at all.")};
    const UserCount &users = *frame.users;
    const bool isFiltered = !frame.choice.filter.isEmpty();
    const QString error = QLocale().toString(users.relativeError * 100, 'f', 1);
    UsersWords words;
    QStringList details;
    if (users.isExact) {
        words.number = format::count(users.count);
        words.context = isFiltered ? tr("of all events") : tr("counted exactly");
        details << tr("Unique users in this time range, counted exactly.");
    } else {
        words.number = tr("≈ %1").arg(format::count(rounded(users.count)));
        words.context = isFiltered ? tr("of all events") : tr("± %1 %").arg(error);
        details
            << tr("Unique users in this time range, estimated: the true number is usually within ± %1 %.").arg(error);
    }
    if (isFiltered)
        details << tr("Users are counted over all events; filters do not apply.");
    if (users.sinceMs > 0) {
        const QString since = momentOf(users.sinceMs, frame.zone);
        words.context = tr("since %1").arg(since);
        details << tr("Users before %1 are not known.").arg(since);
    } else if (!isFiltered && frame.earlier && frame.earlier->users && frame.earlier->usersNow) {
        // Under a filter the other cards compare something else.
        words.change = format::change(frame.earlier->usersNow->count, frame.earlier->users->count);
        const QString than = format::comparisonName(frame.choice.comparison, frame.choice.view);
        if (!words.change.isEmpty())
            words.context = tr("vs. %1").arg(than);
    }
    if (users.isRounded)
        details << tr("The first and last hours or days are counted whole, because finer counts are not kept.");
    words.detail = details.join(u'\n');
    return words;
}

} // namespace entvas
