#include "app/commands/commandline.h"
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

constexpr auto kTimeout = 4s; // under the 5 s that those who ask usually wait
constexpr qint64 kMostBytes = 64 * 1024;

// What to ask, and the only certificate that it may show; a null one leaves that to the authorities.
struct Target {
    QUrl url;
    QSslCertificate certificate;
};

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

Result<Target> findTarget(const CommandLine &line)
{
    if (line.has(u"url"_s)) {
        const Result<QUrl> url = parseServerUrl(line.text(u"url"_s));
        if (!url)
            return Failure{url.failure().kind, u"health: --url: "_s + url.failure().text};
        return Target{url.value(), QSslCertificate()};
    }
    const Result<Settings> settings = line.settings();
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

CommandEnd runHealth(const CommandLine &line)
{
    const Result<Target> target = findTarget(line);
    if (!target)
        return target.failure();
    wipeSecretEnvironment();
    if (const auto trusted = trustAuthorities(withoutLineEnd(qEnvironmentVariable("TLS_CA_FILE"))); !trusted)
        return trusted.failure();
    if (const QString trouble = ask(target.value()); !trouble.isEmpty())
        return {Failure{Fault::Storage, trouble}, QJsonObject{{u"ready"_s, false}}};
    if (line.json())
        print(QJsonObject{{u"ready"_s, true}});
    else
        print(u"ready"_s);
    return ExitCode::Fine;
}

} // namespace

// For health checks of containers and load balancers, which need no other tool then.
Command healthCommand()
{
    return {
        .name = u"health"_s,
        .summary = u"asks a server whether it is ready, for health checks"_s,
        .about = u"Asks a server whether it takes requests (GET /ready); 0 = yes, 1 = no."_s,
        .notes = u"TLS_CA_FILE names a PEM file of further authorities to trust."_s,
        .hasDatabase = false,
        .actions = {{.options = {{.name = u"--url"_s,
                                  .kind = CommandOption::Kind::Text,
                                  .value = u"URL"_s,
                                  .help = u"server, http(s)://host[:port]; default the one of this machine that the "
                                          "settings HOST, PORT and TLS_CERT_FILE describe"_s}},
                     .run = runHealth}}};
}

} // namespace entvas
