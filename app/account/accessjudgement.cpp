#include "app/account/accessjudgement.h"

#include "app/feed/reasons.h"

#include <QCoreApplication>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

struct JudgementWords {
    Q_DECLARE_TR_FUNCTIONS(entvas::Access)
};

QString saidOr(const QString &said, const QString &words)
{
    return said.isEmpty() ? words : said;
}

} // namespace

AccessJudgement AccessJudgement::of(const QString &host, const JsonAnswer &me, const oidc::Config &config,
                                    const Presented &presented)
{
    using Problem = AccessProblem::Kind;
    const QString said = me.body["message"_L1].toString().simplified().left(kMaxReasonChars);
    if (me.status == 0)
        return {Kind::Unknown};
    if (me.status == 429 || me.status == 503)
        return {Kind::Busy};
    if (me.status == 200 && !presented.wasRefused)
        return {Kind::TryAgain};
    if (me.status == 403 && (config.isRequired || !presented.isNothing))
        return {Kind::Problem,
                {Problem::RoleMissing,
                 saidOr(said, JudgementWords::tr("You are logged in at %1, but have no read access.").arg(host))}};
    if (presented.isNothing)
        return {Kind::Problem, loginWanted(host, config)};
    if (presented.isLogin)
        return {Kind::Problem,
                {Problem::TokenRefused,
                 said.isEmpty()
                     ? JudgementWords::tr("%1 does not accept the login at %2.").arg(host, QUrl(config.issuer).host())
                     : JudgementWords::tr("%1 does not accept the login: %2").arg(host, said)}};
    if (presented.wasRevoked)
        return {Kind::Problem,
                {Problem::TokenRevoked,
                 JudgementWords::tr("This token was revoked at %1. Ask the server's administrator for a new one.")
                     .arg(host)}};
    return {Kind::Problem,
            {Problem::TokenRefused, said.isEmpty()
                                        ? JudgementWords::tr("%1 does not accept this token.").arg(host)
                                        : JudgementWords::tr("%1 does not accept this token: %2").arg(host, said)}};
}

AccessProblem loginWanted(const QString &host, const oidc::Config &config)
{
    if (config.hasLogin())
        return {AccessProblem::Kind::LoginNeeded,
                JudgementWords::tr("%1 requires a login at %2.").arg(host, QUrl(config.issuer).host())};
    return {AccessProblem::Kind::TokenNeeded,
            JudgementWords::tr("%1 requires a token. Ask the server's administrator for one.").arg(host)};
}

} // namespace entvas
