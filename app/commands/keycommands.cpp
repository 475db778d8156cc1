#include "app/commands/admincommands.h"
#include "app/commands/parts/adminwords.h"
#include "core/base/clock.h"
#include "core/model/administrationjson.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas keys list [--project P] [--json]            keys without their secrets\n"
    "entvas keys create --project P --role sender|viewer|admin [--name NAME] [--expires 90d] [--json]\n"
    "                                                   prints the new key, this once\n"
    "entvas keys rotate ID [--overlap 24h] [--json]     prints a new key in its place, this once; the old one still\n"
    "                                                   opens for the overlap, 0 = not at all\n"
    "entvas keys expire ID --in 30d [--json]            it ends then, sooner or later than it would have\n"
    "entvas keys revoke ID [--json]                     from now on it opens nothing\n\n"
    "--database-url and --config name the database, as for the server. Running servers on PostgreSQL see a change\n"
    "within seconds. A SQLite file that a server has open is administered in its window or through its address.\n";

constexpr qint64 kDefaultOverlapMs = 24 * 3'600'000;

Result<void> listKeys(Admin &admin, const CommandWords &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const qint64 now = SystemClock().nowMs();
    const QString only = words.options.value(u"project"_s);
    if (const auto has = mustHave(directory.value(), only); !has)
        return has;
    QJsonArray list;
    for (const ApiKey &key : directory.value().keys) {
        if (!only.isEmpty() && key.project != only)
            continue;
        if (words.json)
            list.append(toJson(key, now));
        else
            print(u"%1  %2  %3  %4  expires %5  used %6  %7"_s.arg(
                key.id.leftJustified(16), key.project.leftJustified(16), roleName(key.role).leftJustified(6),
                keyState(key, now).leftJustified(7), timeText(key.expiresAtMs).leftJustified(24),
                timeText(key.lastUsedAtMs).leftJustified(24), key.name));
    }
    if (words.json)
        print(list);
    return {};
}

// The only time that it is seen: alone on standard output, so that it can be piped to where it is kept.
Result<void> printNewKey(const ApiKey &key, const QByteArray &text, const CommandWords &words)
{
    if (words.json) {
        QJsonObject object = toJson(key, SystemClock().nowMs());
        object.insert(u"key"_s, QString::fromLatin1(text));
        return printNow(QJsonDocument(object).toJson(QJsonDocument::Compact));
    }
    const Result<void> printed = printNow(text);
    if (printed)
        printError(u"The key %1, for %2. It is shown this once: keep it."_s.arg(key.id, key.project));
    return printed;
}

Result<void> createKey(Admin &admin, const CommandWords &words)
{
    const QString project = words.options.value(u"project"_s);
    if (project.isEmpty())
        return {Fault::BadInput, u"keys: --project is missing. See entvas keys --help."_s};
    const auto role = roleFromName(words.options.value(u"role"_s));
    if (!role)
        return {Fault::BadInput, u"keys: --role takes sender, viewer or admin."_s};
    qint64 expiresAtMs = 0;
    if (words.options.contains(u"expires"_s)) {
        const auto span = spanFromText(words.options.value(u"expires"_s), u"keys"_s, u"--expires"_s);
        if (!span)
            return span.failure();
        expiresAtMs = SystemClock().nowMs() + *span;
    }
    const Result<NewApiKey> made = admin.createKey(project, *role, words.options.value(u"name"_s), expiresAtMs);
    if (!made)
        return made.failure();
    const Result<void> printed = printNewKey(made.value().key, made.value().text, words);
    if (printed)
        return {};
    const QString id = made.value().key.id;
    const Result<void> revoked = admin.revokeKey(id);
    return {Fault::Internal, u"The key %1 was made, but nobody saw it: %2. %3"_s.arg(
                                 id, printed.failure().text,
                                 revoked ? u"So it was revoked, and opens nothing. Make another one."_s
                                         : u"It could not be revoked (%1); do that with: entvas keys revoke %2"_s.arg(
                                               revoked.failure().text, id))};
}

Result<void> rotateKey(Admin &admin, const CommandWords &words)
{
    qint64 overlapMs = kDefaultOverlapMs;
    if (const QString overlap = words.options.value(u"overlap"_s); overlap == "0"_L1) {
        overlapMs = 0;
    } else if (words.options.contains(u"overlap"_s)) {
        const auto span = spanFromText(overlap, u"keys"_s, u"--overlap"_s);
        if (!span)
            return span.failure();
        overlapMs = *span;
    }
    const QString id = words.plain.value(1);
    const Result<Acted> acted = admin.act(RotateKey{id, SystemClock().nowMs() + overlapMs});
    if (!acted)
        return acted.failure();
    for (const ApiKey &key : acted.value().after.keys)
        if (key.id == id && !words.json)
            printError(u"The key %1 opens until %2."_s.arg(id, timeText(key.expiresAtMs)));
    const Result<void> printed = printNewKey(acted.value().key, acted.value().text, words);
    if (printed)
        return {};
    // What the old one has left is decided; only the new one can be made once more.
    return {Fault::Internal,
            u"The key %1 was made in place of %2, but nobody saw it: %3. Show one in its place with: "
            "entvas keys rotate %1 --overlap 0"_s.arg(acted.value().key.id, id, printed.failure().text)};
}

Result<void> expireKey(Admin &admin, const CommandWords &words)
{
    const QString in = words.options.value(u"in"_s);
    if (in.isEmpty())
        return {Fault::BadInput, u"keys: --in is missing: say when the key shall end, for example --in 30d."_s};
    const auto span = spanFromText(in, u"keys"_s, u"--in"_s);
    if (!span)
        return span.failure();
    const Result<Acted> acted = admin.act(ExpireKey{words.plain.value(1), SystemClock().nowMs() + *span});
    if (!acted)
        return acted.failure();
    if (words.json)
        print(toJson(acted.value().key, SystemClock().nowMs()));
    else
        print(u"The key %1 opens until %2."_s.arg(acted.value().key.id, timeText(acted.value().key.expiresAtMs)));
    return {};
}

Result<void> revokeKey(Admin &admin, const CommandWords &words)
{
    const Result<Acted> acted = admin.act(RevokeKey{words.plain.value(1)});
    if (!acted)
        return acted.failure();
    if (words.json)
        print(toJson(acted.value().key, SystemClock().nowMs()));
    else
        print(u"The key %1 opens nothing any more."_s.arg(acted.value().key.id));
    return {};
}

} // namespace

CommandEnd runKeysCommand(const Options &options)
{
    return runAdmin(u"keys"_s, kUsage,
                    {u"--project"_s, u"--role"_s, u"--name"_s, u"--expires"_s, u"--in"_s, u"--overlap"_s},
                    {{u"list"_s, 1, listKeys},
                     {u"create"_s, 1, createKey, true},
                     {u"rotate"_s, 2, rotateKey},
                     {u"expire"_s, 2, expireKey},
                     {u"revoke"_s, 2, revokeKey}},
                    options);
}

} // namespace entvas
