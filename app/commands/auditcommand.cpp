#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/process/exitcode.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kUsualRecords = 50;

Result<void> listAudit(Administration &admin, const CommandLine &line)
{
    AuditQuery query;
    query.limit = int(line.number(u"limit"_s, kUsualRecords));
    if (line.has(u"project"_s))
        query.projects = QStringList{line.text(u"project"_s)};
    const Result<QList<AuditRecord>> records = admin.audit(query);
    if (!records)
        return records.failure();
    // One that was deleted still has its records.
    if (records.value().isEmpty()) {
        const Result<Directory> directory = admin.directory();
        const Result<void> has =
            directory ? mustHave(directory.value(), line.text(u"project"_s)) : Result<void>(directory.failure());
        if (!has)
            return has;
    }
    QJsonArray list;
    for (const AuditRecord &record : records.value()) {
        if (line.json())
            list.append(toJson(record));
        else
            print(u"%1  %2  %3  %4  %5  %6"_s.arg(
                timeText(record.atMs), record.subject.leftJustified(20), record.action.leftJustified(14),
                record.project.leftJustified(16), record.target,
                QString::fromUtf8(QJsonDocument(record.detail).toJson(QJsonDocument::Compact))));
    }
    if (line.json())
        print(list);
    return {};
}

CommandEnd showAudit(const CommandLine &line)
{
    return showFrom(line, listAudit);
}

} // namespace

Command auditCommand()
{
    return {.name = u"audit"_s,
            .summary = u"lists what was administered, when and by whom"_s,
            .actions = {{.help = u"newest first"_s,
                         .options = {projectOption(u"of this project only"_s),
                                     {.name = u"--limit"_s,
                                      .kind = CommandOption::Kind::Number,
                                      .value = u"N"_s,
                                      .help = u"at most so many; default 50"_s,
                                      .least = 1,
                                      .most = AuditQuery::kMaxLimit}},
                         .run = showAudit}}};
}

} // namespace entvas
