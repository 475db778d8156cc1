#pragma once

#include "core/model/administration.h"

namespace entvas {

// A value that an act takes: a member `name` of a request's body, and on the command line `option`, or the word behind
// the act's own where that is empty.
struct AdminField {
    enum class Kind {
        Text,
        Role,
        Moment, // as far from now as "90d", "12h" or "30m" says
    };
    // How a moment may also be written in a body: as a whole number of units.
    struct Number {
        QString name;
        qint64 unitMs = 0;
        qint64 least = 0;
        qint64 most = 0;
    };

    QString name;
    Kind kind = Kind::Text;
    QString option;            // "--user"
    QString value;             // what stands for it in a usage line: "NAME"
    bool isRequired = true;    // else it may be left out, and has …
    QString fallback = {};     // … this value, as the command line would say it; empty = none
    QString likeField = {};    // … or that of another field
    QString help = {};         // what it means
    QList<KeyRole> roles = {}; // that the command line takes
    Number number = {};
    bool mayBeNow = false; // "0"
};

struct AdminCommand;

// One thing that an administrator can do, declared once. Its route, its command and its title in the audit log come
// from here; what it does to a database is the function of the same name in core/store/directory/adminwork.cpp.
struct AdminAct {
    QString name;                // "key.rotate": what the audit log calls it
    const char *title = nullptr; // for people; translated in the context AccessDialog
    QString path;                // POST, with the fields as a JSON object
    QString command;             // entvas COMMAND WORD …
    QString word;
    QString summary; // "create a key"
    QString help;    // what the command's usage says of it
    QList<AdminField> fields;
    bool isWide = false;   // takes the role admin in all projects
    bool mayStart = false; // where there is no database yet, the command makes one
    // What has been done, for people: a sentence or more, one a line.
    QString (*sentence)(const AdminCommand &command, const AdminResult &result) = nullptr;
};
const QList<AdminAct> &adminActs();
const AdminAct *adminAct(const QString &name); // nullptr for none

// The title of a record's action, in English: of an act, or of what the commands write beside them. Empty for none.
QByteArray auditTitle(const QString &action);

// An act and what it is to be done with. Values have been read, not checked: that is the work's business.
struct AdminCommand {
    QString act;                       // the name of its AdminAct
    QMap<QString, QString> texts = {}; // by field
    QMap<QString, qint64> times = {};  // moments by field, UTC milliseconds; absent = never

    QString text(const QString &field) const { return texts.value(field); }
    qint64 time(const QString &field) const { return times.value(field); }
    KeyRole role() const { return roleFromName(text(QStringLiteral("role"))).value_or(KeyRole::Viewer); }
};

// "90d", "12h" or "30m" in milliseconds; "0" where the field allows that. Nothing for anything else.
std::optional<qint64> readSpan(const AdminField &field, QStringView text);

// The words that the command line has for an act's fields, by their names. Fault::BadInput names the option that is
// missing or wrong.
using AdminWords = QMap<QString, QString>;
Result<AdminCommand> readWords(const AdminAct &act, const AdminWords &words, qint64 nowMs);

// What the caller of an act gets to know, over HTTP as on the command line.
struct AdminAnswer {
    QJsonObject data; // the key, or the fields; of a new key also its text, as "key"
    QString sentence;
};
AdminAnswer answerTo(const AdminCommand &command, const AdminResult &result, qint64 nowMs);

} // namespace entvas
