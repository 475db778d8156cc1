#include "core/maintenance/doctorplace.h"

#include "core/base/isotime.h"
#include "core/store/connection/databaselock.h"
#include "core/store/events/clocktrust.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Mark = Finding::Mark;
using Tell = std::function<void(const Finding &)>;

struct Reason {
    QString word;
    Mark mark;
    QString text;
    QString advice;
};

const QList<Reason> &reasons()
{
    static const QList<Reason> all{
        {u"starting"_s, Mark::Note, u"the server is starting"_s, {}},
        {u"stopping"_s, Mark::Note, u"the server is stopping"_s, {}},
        {u"database_away"_s, Mark::Bad, u"the server can't reach its database"_s, u"its log says why"_s},
        {u"database_replaced"_s, Mark::Bad,
         u"the server's database was moved, removed or replaced, or its -wal or -shm was: nothing is stored"_s,
         u"put back what was moved; else stop the server, put the right file there, and start it"_s},
        {u"database_read_only"_s, Mark::Bad, u"the server's database is read-only: nothing is stored"_s,
         u"name the primary, or all hosts, in the database URL"_s},
        {u"writer_stalled"_s, Mark::Bad, u"the server's writer hangs"_s, u"restart the server, and report it"_s},
        {u"writes_refused"_s, Mark::Bad, u"the database refuses what the server stores"_s, u"its log says why"_s},
        {u"housekeeping_failing"_s, Mark::Note, u"the server can't remove what is old: its tables grow"_s,
         u"its log says why"_s},
        {u"fanout_broken"_s, Mark::Note, u"the server does not hear what other servers store"_s, u"its log says why"_s},
        {u"disk_nearly_full"_s, Mark::Note, u"the disk of the server's database is nearly full"_s, u"make room"_s},
        {u"clock_unconfirmed"_s, Mark::Note,
         u"the server removes and sums up nothing: the machine's clock may be wrong"_s,
         u"set the clock right if it is wrong; if it is right, wait an hour. A clock that is ahead of the database's "
         u"is "
         "never believed"_s},
        {u"queue_nearly_full"_s, Mark::Note, u"more events come in than the database takes"_s,
         u"find out what slows it down"_s}};
    return all;
}

} // namespace

bool lookAtPlace(const DatabaseUrl &database, const Tell &tell)
{
    const QString wrong = DatabaseLock::misplaced(database);
    if (!wrong.isEmpty())
        tell({Mark::Bad,
              u"place"_s,
              wrong + u": nothing is stored"_s,
              u"put back what was moved; else stop the server, put the right file there, remove the -wal and -shm of "
              u"the old "
              "one, and start it"_s,
              {}});
    const Result<void> name = DatabaseLock::checkName(database);
    if (!name)
        tell({Mark::Bad, u"place"_s, name.failure().text, {}, {}});
    struct stat info = {};
    if (stat(QFile::encodeName(database.path).constData(), &info) == 0 && info.st_nlink > 1)
        tell({Mark::Note,
              u"place"_s,
              u"%1 has other names (hard links)"_s.arg(database.path),
              u"keep one: SQLite names its log after the name that it is opened by, and does not find it by another"_s,
              {{u"links"_s, qint64(info.st_nlink)}}});
    return wrong.isEmpty() && name;
}

void lookAtNewest(const Examination &found, qint64 nowMs, const Tell &tell)
{
    if (found.newestCountMs == 0)
        return;
    const qint64 aheadMs = found.newestCountMs - nowMs;
    const QString time = QString::fromLatin1(isoFromMs(found.newestCountMs));
    const bool isAhead = aheadMs > ClockTrust::kLeapMs;
    const bool isOld = -aheadMs > ClockTrust::kPauseMs;
    tell({isAhead || isOld ? Mark::Note : Mark::Ok,
          u"newest"_s,
          isAhead
              ? u"events were counted at %1, ahead of this machine's clock: it is wrong now, or was then"_s.arg(time)
              : u"the newest events were counted at %1"_s.arg(time),
          isAhead ? u"set the clock right"_s
          : isOld
              ? u"is this machine's clock right? A server that starts after such a pause removes nothing for an hour"_s
              : QString(),
          {{u"newest"_s, time}}});
}

void lookAtHealth(const QByteArray &answer, const Tell &tell)
{
    const qsizetype body = answer.indexOf("\r\n\r\n");
    const QJsonObject data =
        QJsonDocument::fromJson(body < 0 ? QByteArray() : answer.mid(body + 4)).object().value(u"data"_s).toObject();
    const QJsonArray words = data.value(u"reasons"_s).toArray();
    for (const QJsonValue &word : words) {
        const auto known = std::find_if(reasons().begin(), reasons().end(),
                                        [&](const Reason &reason) { return reason.word == word.toString(); });
        if (known != reasons().end())
            tell({known->mark, u"health"_s, known->text, known->advice, {{u"reason"_s, known->word}}});
        else
            tell({Mark::Note,
                  u"health"_s,
                  u"the server says: %1"_s.arg(word.toString().left(100)),
                  u"its log says more"_s,
                  {}});
    }
}

} // namespace entvas
