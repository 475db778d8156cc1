#include "app/commands/healthcommand.h"

#include "app/commands/options.h"
#include "app/commands/parts/commandwords.h"
#include "app/feed/serveraddress.h"
#include "app/process/secretenvironment.h"
#include "app/process/trust.h"
#include "core/model/settings.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslError>

#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas health [--url URL] [--json]: asks a server whether it takes requests (GET /ready); 0 = yes, 1 = no.\n\n"
    "  --url URL   server, http(s)://host[:port]; default the one of this machine that the settings HOST, PORT\n"
    "              and TLS_CERT_FILE describe\n\n"
    "TLS_CA_FILE names a PEM file of further authorities to trust.\n";

constexpr auto kTimeout = 4s; // under the 5 s that those who ask usually wait
constexpr qint64 kMostBytes = 64 * 1024;

// What to ask, and the only certificate that it may show; a null one leaves that to the authorities.
struct Target {
    QUrl url;
    QSslCertificate certificate;
};

// `json`: whether --json was among them.
Result<QString> urlFlag(const QStringList &arguments, bool &json)
{
    QString url;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const qsizetype equals = arguments[i].indexOf(u'=');
        const QString flag = arguments[i].left(equals);
        if (arguments[i] == u"--json"_s) {
            json = true;
            continue;
        }
        if (flag != u"--url"_s)
            return {Fault::BadInput, u"health: there is no option %1.%2 See entvas health --help."_s.arg(
                                         flag, didYouMean(flag, {u"--url"_s, u"--json"_s, u"--help"_s}))};
        if (equals < 0 && i + 1 == arguments.size())
            return {Fault::BadInput, u"health: --url needs a value. See entvas health --help."_s};
        url = equals < 0 ? arguments[++i] : arguments[i].mid(equals + 1);
        if (const Result<QUrl> parsed = parseServerUrl(url); !parsed)
            return Failure{parsed.failure().kind, u"health: --url: "_s + parsed.failure().text};
    }
    return url;
}

// The server that the same settings would start, reached from its own machine.
Target ownServer(const Settings &settings)
{
    Target target;
    QString host = settings.host;
    if (host == u"0.0.0.0"_s)
        host = u"127.0.0.1"_s;
    else if (host == u"::"_s)
        host = u"::1"_s;
    target.url.setHost(host);
    target.url.setPort(settings.port);
    target.url.setScheme(settings.tlsCertFile.isEmpty() ? u"http"_s : u"https"_s);
    // Its certificate is made out to the name that others use: here it is enough that it is that very one.
    if (!settings.tlsCertFile.isEmpty())
        target.certificate = QSslCertificate::fromPath(settings.tlsCertFile).value(0);
    return target;
}

Result<Target> findTarget(const Options &options, bool &json)
{
    const Result<QString> url = urlFlag(options.commandArguments, json);
    if (!url)
        return url.failure();
    if (!url->isEmpty())
        return Target{parseServerUrl(url.value()).value(), QSslCertificate()};
    const Result<Settings> settings = loadSettings(options);
    if (!settings)
        return settings.failure();
    if (settings->port == 0)
        return {Fault::Configuration, u"health: the port is 0, any free one: say which with --url."_s};
    return ownServer(settings.value());
}

// Empty when the server is ready, else a sentence.
QString ask(const Target &target)
{
    QNetworkAccessManager network;
    network.setProxy(QNetworkProxy::NoProxy);
    QUrl url = target.url;
    url.setPath(u"/ready"_s);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(int(std::chrono::milliseconds(kTimeout).count()));
    const std::unique_ptr<QNetworkReply> reply(network.get(request));
    QObject::connect(reply.get(), &QNetworkReply::sslErrors, reply.get(), [&](const QList<QSslError> &errors) {
        if (!target.certificate.isNull() && reply->sslConfiguration().peerCertificate() == target.certificate)
            reply->ignoreSslErrors(errors);
    });
    QObject::connect(reply.get(), &QNetworkReply::readyRead, reply.get(), [&] {
        if (reply->bytesAvailable() > kMostBytes)
            reply->abort();
    });
    // Queued: an answer may be there before the event loop runs, and exit() is lost then.
    QObject::connect(
        reply.get(), &QNetworkReply::finished, qApp, [] { QCoreApplication::exit(); }, Qt::QueuedConnection);
    QCoreApplication::exec();

    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 200)
        return {};
    const QString address = target.url.toString();
    if (status == 0)
        return u"%1 does not answer: %2"_s.arg(address, reply->errorString());
    const QString message = QJsonDocument::fromJson(reply->read(kMostBytes)).object().value(u"message"_s).toString();
    return u"%1 is not ready (%2): %3"_s.arg(address, QString::number(status),
                                             message.isEmpty() ? u"no reason given"_s : message);
}

} // namespace

CommandEnd runHealthCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    bool json = false;
    const Result<Target> target = findTarget(options, json);
    if (!target)
        return target.failure();
    wipeSecretEnvironment();
    if (const auto trusted = trustAuthorities(withoutLineEnd(qEnvironmentVariable("TLS_CA_FILE"))); !trusted)
        return trusted.failure();
    if (const QString trouble = ask(target.value()); !trouble.isEmpty())
        return {Failure{Fault::Storage, trouble}, QJsonObject{{u"ready"_s, false}}};
    if (json)
        print(QJsonObject{{u"ready"_s, true}});
    else
        print(u"ready"_s);
    return ExitCode::Fine;
}

} // namespace entvas
