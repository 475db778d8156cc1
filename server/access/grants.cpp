#include "server/access/grants.h"

#include "server/access/strictjson.h"

#include <QJsonArray>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// More do not fit into a token of kMaxTokenBytes.
constexpr qsizetype kMaxProjectsOfToken = 5'000;
const auto kUserPrefix = u"user:"_s;

// The strings of a list, or of one string with blanks between them, as `scope` has it.
QStringList wordsOf(const QJsonValue &claim)
{
    if (claim.isString())
        return claim.toString().split(u' ', Qt::SkipEmptyParts);
    QStringList words;
    for (const QJsonValue &entry : claim.toArray())
        if (entry.isString())
            words.append(entry.toString());
    return words;
}

std::optional<KeyRole> roleIn(const QStringList &words)
{
    const auto has = [&](const QString &role) { return words.contains(role) || words.contains(u"entvas:"_s + role); };
    if (has(u"admin"_s))
        return KeyRole::Admin;
    return has(u"viewer"_s) ? std::optional(KeyRole::Viewer) : std::nullopt;
}

} // namespace

Members::Members(const QList<Member> &members)
{
    for (const Member &member : members)
        m_bySubject[member.subject].append(member);
}

const QList<Member> &Members::of(const QString &subject) const
{
    static const QList<Member> kNone;
    const auto found = m_bySubject.constFind(subject);
    return found == m_bySubject.cend() ? kNone : found.value();
}

QJsonValue claimAt(const QJsonObject &claims, const QString &path)
{
    if (claims.contains(path))
        return claims.value(path);
    for (qsizetype dot = path.indexOf(u'.'); dot >= 0; dot = path.indexOf(u'.', dot + 1)) {
        const QJsonValue inner = claims.value(path.left(dot));
        if (!inner.isObject())
            continue;
        const QJsonValue found = claimAt(inner.toObject(), path.mid(dot + 1));
        if (!found.isUndefined())
            return found;
    }
    return QJsonValue::Undefined;
}

Result<Reader> readerFor(const TokenClaims &claims, const GrantRules &rules, const Members &members)
{
    Reader reader;
    reader.subject = kUserPrefix + claims.subject;
    reader.name = claims.name;
    reader.expiresAtMs = claims.expiresAtMs;
    if (!rules.rolesClaim.isEmpty()) {
        const auto role = roleIn(wordsOf(claimAt(claims.all, rules.rolesClaim)));
        if (!role)
            return {Fault::Denied,
                    u"This login has neither the role viewer nor admin; the claim \"%1\" of its token has "
                    "to name one"_s.arg(rules.rolesClaim)};
        reader.role = *role;
    }
    if (rules.projectsClaim.isEmpty()) {
        reader.byMembers = true;
        return withMembers(std::move(reader), members);
    }
    const QStringList words = wordsOf(claimAt(claims.all, rules.projectsClaim));
    if (words.contains(u"*"_s))
        return reader;
    QStringList projects;
    for (const QString &word : words)
        if (isProjectId(word) && projects.size() < kMaxProjectsOfToken && !projects.contains(word))
            projects.append(word);
    if (projects.isEmpty())
        return {Fault::Denied,
                u"This login has no project; the claim \"%1\" of its token has to name one"_s.arg(rules.projectsClaim)};
    reader.projects = projects;
    return reader;
}

Result<Reader> withMembers(Reader reader, const Members &members)
{
    if (!reader.byMembers)
        return reader;
    reader.projects.reset();
    reader.administers.clear();
    if (members.isEmpty())
        return reader;
    QStringList projects;
    for (const Member &member : members.of(reader.subject.mid(kUserPrefix.size()))) {
        if (member.role == KeyRole::Sender)
            continue; // grants nothing
        projects.append(member.project);
        if (member.role == KeyRole::Admin)
            reader.administers.append(member.project);
    }
    if (projects.isEmpty())
        return {Fault::Denied, u"This login is a member of no project; an administrator can make it one"_s};
    reader.projects = projects;
    return reader;
}

} // namespace entvas
