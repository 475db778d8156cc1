#include "app/account/login.h"

#include "app/account/loginlistener.h"
#include "app/feed/reasons.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QUrlQuery>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kMaxCodeChars = 4'096;

// Exactly one value: two would leave it open which one counts.
QString only(const QUrlQuery &query, const QString &name)
{
    const QStringList values = query.allQueryItemValues(name, QUrl::FullyDecoded);
    return values.size() == 1 ? values.first() : QString();
}

} // namespace

Login::Login(Options options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(m_options.patienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        fail(LoginFailure::Kind::TimedOut, tr("The browser login was not completed in time. Nothing has changed."));
    });
}

Login::~Login()
{
    cancel();
}

void Login::start()
{
    const QUrl discovery = oidc::discoveryUrl(m_options.config.issuer);
    if (discovery.isEmpty()) {
        QMetaObject::invokeMethod(
            this,
            [this] {
                fail(LoginFailure::Kind::Unsuitable,
                     tr("“%1” is not a secure login service address: check the server's settings.")
                         .arg(m_options.config.issuer.left(kMaxReasonChars)));
            },
            Qt::QueuedConnection);
        return;
    }
    m_network.get(discovery, {}, [this](const JsonAnswer &answer) { onMetadata(answer); });
}

void Login::cancel()
{
    if (std::exchange(m_isOver, true))
        return;
    m_patience.stop();
    m_network.stop();
    endPage({false, tr("The login was cancelled"), tr("You can close this page and go back to Entvas.")});
}

void Login::openAgain()
{
    if (!m_isOver && !m_address.isEmpty())
        Q_EMIT inBrowser(m_options.openBrowser && m_options.openBrowser(m_address));
}

void Login::onMetadata(const JsonAnswer &answer)
{
    if (answer.status != 200)
        return fail(answer);
    const Result<oidc::Metadata> metadata = oidc::readMetadata(answer.body, m_options.config.issuer);
    if (!metadata)
        return fail(LoginFailure::Kind::Unsuitable, metadata.failure().text);
    m_issuer = *metadata;
    m_secrets = oidc::Secrets::make();
    m_listener = new LoginListener(m_secrets.state, this);
    connect(m_listener, &LoginListener::answered, this, &Login::onAnswer);
    if (!m_listener->listen())
        return fail(LoginFailure::Kind::Unsuitable, tr("No free port is available for the browser's reply."));
    m_redirect = m_listener->redirect();
    m_address = oidc::authorizeUrl(m_issuer, m_options.config, m_redirect, m_secrets, m_options.choosesAccount);
    m_patience.start();
    openAgain();
}

void Login::onAnswer(const QUrlQuery &query)
{
    if (m_isOver)
        return;
    const QStringList issuers = query.allQueryItemValues(u"iss"_s, QUrl::FullyDecoded);
    const bool isOurs = issuers.isEmpty() ? !m_issuer.namesItself : issuers == QStringList{m_options.config.issuer};
    if (!isOurs) // RFC 9207: the answer of one service must not be taken for another's
        return fail(LoginFailure::Kind::Wrong, tr("The reply came from a different login service."));
    if (query.hasQueryItem(u"error"_s)) {
        const QString error = only(query, u"error"_s);
        QString why = only(query, u"error_description"_s).simplified().left(kMaxReasonChars);
        if (why.isEmpty())
            why = error.simplified().left(kMaxReasonChars);
        return fail(LoginFailure::Kind::Denied, error == u"access_denied"_s
                                                    ? tr("The login was refused: %1").arg(why)
                                                    : tr("The login service could not log you in: %1").arg(why));
    }
    const QString code = only(query, u"code"_s);
    if (code.isEmpty() || code.size() > kMaxCodeChars)
        return fail(LoginFailure::Kind::Wrong, tr("The login service sent an answer without a code."));
    m_network.post(m_issuer.token, oidc::codeForm(m_options.config, m_redirect, code, m_secrets),
                   [this](const JsonAnswer &answer) { onTokens(answer); });
}

void Login::onTokens(const JsonAnswer &answer)
{
    if (answer.status != 200) {
        if (answer.status >= 400 && answer.status < 500)
            return fail(LoginFailure::Kind::Denied,
                        tr("The login service did not accept the answer of the browser (%1).")
                            .arg(answer.body["error"_L1].toString(QString::number(answer.status)).left(60)));
        return fail(answer);
    }
    const Result<oidc::Tokens> tokens =
        oidc::readTokens(answer.body, m_options.config, m_secrets.nonce, false, QDateTime::currentMSecsSinceEpoch());
    if (!tokens) {
        const bool isTheirs = tokens.failure().kind == Fault::Configuration;
        return fail(isTheirs ? LoginFailure::Kind::Unsuitable : LoginFailure::Kind::Wrong, tokens.failure().text);
    }
    m_isOver = true;
    m_patience.stop();
    endPage(
        {true, tr("You are logged in"),
         tr("%1 now shows you its numbers. You can close this page and go back to Entvas.").arg(m_options.serverName)});
    Q_EMIT done(*tokens);
}

void Login::fail(const JsonAnswer &answer)
{
    const QString host = QUrl(m_options.config.issuer).host();
    const auto kind = answer.isTls ? LoginFailure::Kind::Untrusted : LoginFailure::Kind::Away;
    fail(kind, answer.trouble.isEmpty()
                   ? tr("The login service %1 answered with status %2.").arg(host, QString::number(answer.status))
                   : tr("The login service can't be reached: %1").arg(answer.trouble));
}

void Login::fail(LoginFailure::Kind kind, const QString &text)
{
    if (std::exchange(m_isOver, true))
        return;
    m_patience.stop();
    m_network.stop();
    endPage({false, tr("You are not logged in"), text});
    Q_EMIT failed({kind, text});
}

// The page may be fetched after we are gone.
void Login::endPage(const LoginPage &page)
{
    LoginListener *listener = std::exchange(m_listener, nullptr);
    if (!listener)
        return;
    listener->disconnect(this);
    listener->setParent(QCoreApplication::instance());
    connect(listener, &LoginListener::ended, listener, &QObject::deleteLater);
    listener->finish(page);
}

} // namespace entvas
