#include "core/store/directory/sqlacts.h"

#include "core/store/connection/transaction.h"
#include "core/store/directory/adminwork.h"
#include "core/store/directory/sqldirectory.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString jsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

} // namespace

Result<Directory> SqlActs::read()
{
    return readDirectory(m_connection);
}

Result<AdminResult> SqlActs::act(const AdminCommand &command, const Actor &actor)
{
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_act"_s); !begun)
        return begun.failure();
    const Result<Directory> before = readDirectory(m_connection);
    if (!before)
        return before.failure();
    const Result<AdminWork> done = doAdminWork(m_connection, actor, before.value(), command);
    if (!done)
        return done.failure();
    const Result<int> noted =
        m_connection.change(u"add_audit"_s, {{u":project"_s, done->project},
                                             {u":id"_s, m_ids.next(actor.nowMs).toString(QUuid::WithoutBraces)},
                                             {u":at"_s, actor.nowMs},
                                             {u":subject"_s, actor.subject},
                                             {u":action"_s, done->action},
                                             {u":target"_s, done->target},
                                             {u":detail"_s, jsonText(done->detail)}});
    if (!noted)
        return noted.failure();
    Result<Directory> after = readDirectory(m_connection); // ahead of the commit: from there on nothing may fail
    if (!after)
        return after.failure();
    if (const Result<void> committed = transaction.commit(); !committed)
        return committed.failure();
    AdminResult result{done->project, {}, done->text, std::move(*after)};
    for (const ApiKey &key : std::as_const(result.after.keys))
        if (key.id == done->keyId)
            result.key = key;
    return result;
}

Result<QList<AuditRecord>> SqlActs::audit(const AuditQuery &query)
{
    const QString before = query.before.isEmpty() ? u"ffffffff-ffff-ffff-ffff-ffffffffffff"_s : query.before;
    const QJsonArray projects = QJsonArray::fromStringList(query.projects.value_or(QStringList()));
    Result<Rows> rows = m_connection.run(
        u"audit"_s, {{u":before"_s, before},
                     {u":wide"_s, query.projects ? 0 : 1},
                     {u":projects"_s, QString::fromUtf8(QJsonDocument(projects).toJson(QJsonDocument::Compact))},
                     {u":limit"_s, std::clamp(query.limit, 1, AuditQuery::kMaxLimit)}});
    if (!rows)
        return rows.failure();
    QList<AuditRecord> found;
    while ((*rows)->next()) {
        const QSqlQuery &row = **rows;
        found << AuditRecord{row.value(1).toString(),
                             row.value(0).toString(),
                             row.value(2).toLongLong(),
                             row.value(3).toString(),
                             row.value(4).toString(),
                             row.value(5).toString(),
                             QJsonDocument::fromJson(row.value(6).toString().toUtf8()).object()};
    }
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return found;
}

Result<void> SqlActs::noteUses(const QList<KeyUse> &uses)
{
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_act"_s); !begun)
        return begun;
    for (const KeyUse &use : uses)
        if (const Result<int> noted = m_connection.change(
                u"note_key_use"_s, {{u":project"_s, use.project}, {u":id"_s, use.id}, {u":at"_s, use.atMs}});
            !noted)
            return noted.failure();
    return transaction.commit();
}

} // namespace entvas
