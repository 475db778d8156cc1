#include "app/commands/feedcommand.h"

#include "app/commands/options.h"
#include "app/commands/parts/commandwords.h"
#include "app/process/secretenvironment.h"
#include "app/process/stopsignal.h"
#include "app/process/trust.h"
#include "app/samples/feeder.h"
#include "core/model/settings.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <chrono>
#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {

constexpr char kUsage[] =
    "entvas feed [OPTIONS]: posts random events to a webhook, one every 5 to 10 seconds, now and then\n"
    "an invalid one, until Ctrl+C.\n\n"
    "  --url URL           webhook; default $WEBHOOK_URL, else http://localhost:8000/webhook\n"
    "  --rate N            events per second instead, up to 100000\n"
    "  --count N           ends after N events\n"
    "  --once              the same as --count 1\n"
    "  --invalid-every N   makes every N-th event invalid; 0 = none\n"
    "  --json              one JSON object about what was sent, at the end, in place of the events\n\n"
    "The key comes from $WEBHOOK_API_KEY, or the file that $WEBHOOK_API_KEY_FILE names; default is the\n"
    "development key. TLS_CA_FILE names a PEM file of further authorities to trust.\n";

constexpr double kSummaryFrom = 50; // events per second from which single events are not printed
constexpr auto kSummaryEvery = 1s;
constexpr qsizetype kShownOfDevelopmentKey = 21;
constexpr qsizetype kShownOfSecret = 4;

Failure badValue(const QString &flag, const QString &value, const QString &allowed)
{
    return {Fault::BadInput, u"feed: %1 can't be \"%2\": it takes %3."_s.arg(flag, value, allowed)};
}

Result<QString> keyFromEnvironment()
{
    const auto checked = [](const QString &key, const QString &source) -> Result<QString> {
        if (fitsHeader(key))
            return key;
        return {Fault::Configuration, u"%1 must be 1–512 printable ASCII characters without blanks."_s.arg(source)};
    };
    if (const QString key = qEnvironmentVariable("WEBHOOK_API_KEY"); !key.isEmpty())
        return checked(withoutLineEnd(key), u"WEBHOOK_API_KEY"_s);
    const QString fileName = withoutLineEnd(qEnvironmentVariable("WEBHOOK_API_KEY_FILE"));
    if (fileName.isEmpty())
        return QString::fromLatin1(kDevelopmentKey);
    const Result<QString> secret = readSecretFile(fileName);
    if (!secret)
        return {Fault::Configuration, u"WEBHOOK_API_KEY_FILE: %1."_s.arg(secret.failure().text)};
    return checked(withoutLineEnd(*secret), u"WEBHOOK_API_KEY_FILE"_s);
}

// `json`: whether --json was among them.
Result<FeederOptions> parseFeedOptions(const QStringList &arguments, bool &json)
{
    const QStringList flags{u"--url"_s,           u"--rate"_s, u"--count"_s, u"--once"_s,
                            u"--invalid-every"_s, u"--json"_s, u"--help"_s};
    FeederOptions options;
    QString url = withoutLineEnd(qEnvironmentVariable("WEBHOOK_URL", u"http://localhost:8000/webhook"_s));
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const qsizetype equals = arguments[i].indexOf(u'=');
        const QString flag = arguments[i].left(equals);
        if (!flags.contains(flag))
            return {Fault::BadInput,
                    u"feed: there is no option %1.%2 See entvas feed --help."_s.arg(flag, didYouMean(flag, flags))};
        if (flag == u"--once"_s || flag == u"--json"_s) {
            if (equals >= 0)
                return {Fault::BadInput, u"feed: %1 takes no value. See entvas feed --help."_s.arg(flag)};
            if (flag == u"--json"_s)
                json = true;
            else
                options.count = 1;
            continue;
        }
        if (equals < 0 && i + 1 == arguments.size())
            return {Fault::BadInput, u"feed: %1 needs a value. See entvas feed --help."_s.arg(flag)};
        const QString value = equals < 0 ? arguments[++i] : arguments[i].mid(equals + 1);
        bool ok = true;
        if (flag == u"--url"_s) {
            url = value;
        } else if (flag == u"--rate"_s) {
            options.perSecond = value.toDouble(&ok);
            if (!ok || !(options.perSecond > 0) || options.perSecond > Feeder::kMaxPerSecond)
                return badValue(flag, value, u"events per second above 0, up to 100000"_s);
        } else if (flag == u"--count"_s) {
            options.count = value.toLongLong(&ok);
            if (!ok || options.count < 1)
                return badValue(flag, value, u"a whole number from 1"_s);
        } else {
            options.invalidEvery = value.toInt(&ok);
            if (!ok || options.invalidEvery < 0)
                return badValue(flag, value, u"a whole number, 0 = none"_s);
        }
    }
    options.url = QUrl(url, QUrl::StrictMode);
    const bool isHttp = options.url.scheme() == u"http"_s || options.url.scheme() == u"https"_s;
    if (!options.url.isValid() || !isHttp || options.url.host().isEmpty())
        return badValue(u"the webhook"_s, url, u"an address such as http://localhost:8000/webhook"_s);
    if (options.url.path().isEmpty() || options.url.path() == u"/"_s)
        options.url.setPath(u"/webhook"_s);
    options.keepTrying = options.count == 0;
    Result<QString> key = keyFromEnvironment();
    if (!key)
        return key.failure();
    options.key = key.value();
    return options;
}

void line(const QString &text)
{
    std::printf("%s\n", qUtf8Printable(text));
    std::fflush(stdout);
}

// Python's json.dumps(indent=2), with the keys in the order of the documented example.
QString pretty(const QJsonObject &event)
{
    const auto quoted = [](const QJsonValue &value) {
        const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        return QString::fromUtf8(array.sliced(1, array.size() - 2));
    };
    QStringList lines;
    for (const QString &key : {u"eventType"_s, u"userId"_s, u"timestamp"_s})
        lines.append(u"  \"%1\": %2"_s.arg(key, quoted(event.value(key))));
    const QJsonObject metadata = event.value(u"metadata"_s).toObject();
    QStringList inner;
    for (const QString &key : {u"page"_s, u"browser"_s})
        if (metadata.contains(key))
            inner.append(u"    \"%1\": %2"_s.arg(key, quoted(metadata.value(key))));
    if (!inner.isEmpty())
        lines.append(u"  \"metadata\": {\n"_s + inner.join(u",\n"_s) + u"\n  }"_s);
    return u"{\n"_s + lines.join(u",\n"_s) + u"\n}"_s;
}

// Enough to recognise a key by.
QString hint(const QString &key)
{
    const bool documented = key == QLatin1StringView(kDevelopmentKey);
    return key.left(documented ? kShownOfDevelopmentKey : std::min(kShownOfSecret, key.size() / 4));
}

QString summary(const FeederTotals &totals)
{
    QString text =
        u"%1 accepted, %2 rejected"_s.arg(QString::number(totals.accepted), QString::number(totals.rejected));
    if (totals.failed > 0)
        text += u", %1 failed"_s.arg(totals.failed);
    return text;
}

} // namespace

CommandEnd runFeedCommand(const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(kUsage, stdout);
        return ExitCode::Fine;
    }
    if (!options.flags.isEmpty())
        return Failure{Fault::BadInput,
                       u"feed: options of a server mean nothing here; its own go behind the command."_s};
    bool json = false;
    const Result<FeederOptions> parsed = parseFeedOptions(options.commandArguments, json);
    if (!parsed)
        return parsed.failure();

    wipeSecretEnvironment();
    if (const auto trusted = trustAuthorities(withoutLineEnd(qEnvironmentVariable("TLS_CA_FILE"))); !trusted)
        return trusted.failure();

    Feeder feeder(parsed.value());
    const bool quiet = parsed.value().perSecond >= kSummaryFrom;
    std::optional<Failure> failure;
    StopSignal signal;
    QObject::connect(&signal, &StopSignal::requested, &feeder, [] { QCoreApplication::exit(); });
    QObject::connect(
        &feeder, &Feeder::finished, &feeder, [] { QCoreApplication::exit(); }, Qt::QueuedConnection);
    QObject::connect(&feeder, &Feeder::unreachable, &feeder, [&](const QString &sentence) {
        if (parsed.value().keepTrying)
            printError(sentence + u" Trying again."_s);
        else
            failure = Failure{Fault::Unavailable, sentence};
    });
    QObject::connect(&feeder, &Feeder::refused, &feeder, [&](const Failure &why) {
        failure = why;
        if (parsed.value().keepTrying)
            printError(why.text);
    });

    FeederTotals shown;
    QTimer everySecond;
    if (json) {
        // one object in the end
    } else if (quiet) {
        QObject::connect(&everySecond, &QTimer::timeout, &feeder, [&] {
            const FeederTotals &now = feeder.totals();
            const qint64 perSecond = now.accepted + now.rejected - shown.accepted - shown.rejected;
            shown = now;
            line(u"%1 events/s; %2"_s.arg(QString::number(perSecond), summary(now)));
        });
        everySecond.start(kSummaryEvery);
    } else {
        QObject::connect(&feeder, &Feeder::sent, &feeder, [](const QJsonObject &event) { line(pretty(event)); });
        QObject::connect(&feeder, &Feeder::answered, &feeder,
                         [](int status) { line(u"Webhook response: %1"_s.arg(status)); });
    }

    if (!json) {
        line(u"Starting data generation... Press Ctrl+C to stop"_s);
        line(u"Using API Key: %1..."_s.arg(hint(parsed.value().key)));
    }
    feeder.start();
    QCoreApplication::exec();
    feeder.stop();
    if (!json)
        line(u"\nStopped: %1"_s.arg(summary(feeder.totals())));
    const QJsonObject report{{u"accepted"_s, feeder.totals().accepted},
                             {u"rejected"_s, feeder.totals().rejected},
                             {u"failed"_s, feeder.totals().failed}};
    if (failure && !parsed.value().keepTrying) // else a person ended it
        return {*failure, report};
    if (json)
        print(report);
    if (parsed.value().keepTrying)
        return ExitCode::Fine;
    return feeder.totals().failed > 0 ? ExitCode::Failed : ExitCode::Fine;
}

} // namespace entvas
