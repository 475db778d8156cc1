#pragma once

#include "core/model/directory.h"
#include "server/access/reader.h"
#include "server/access/tokenverifier.h"

#include <QHash>

namespace entvas {

// Which claims of a token say what its holder may do; empty: none does.
struct GrantRules {
    QString rolesClaim;
    QString projectsClaim;
};

// The members of all projects, by subject. Without any, every login sees every project.
class Members
{
public:
    Members() = default;
    explicit Members(const QList<Member> &members);
    bool isEmpty() const { return m_bySubject.isEmpty(); }
    const QList<Member> &of(const QString &subject) const;

private:
    QHash<QString, QList<Member>> m_bySubject;
};

// What the holder of a valid token may do. Fault::Denied names the role or the project that is missing.
Result<Reader> readerFor(const TokenClaims &claims, const GrantRules &rules, const Members &members);

// The same reader by the members as they are now; only for those whose projects come from there. Fault::Denied: none
// is left.
Result<Reader> withMembers(Reader reader, const Members &members);

// A claim by its whole name first, then by the names between dots, into objects. Undefined when there is none.
QJsonValue claimAt(const QJsonObject &claims, const QString &path);

} // namespace entvas
