#include "app/commands/commandline.h"
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
#include <limits>
#include <optional>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {

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

Result<QUrl> webhookOf(const CommandLine &line)
{
    const QString text =
        line.text(u"url"_s, withoutLineEnd(qEnvironmentVariable("WEBHOOK_URL", u"http://localhost:8000/webhook"_s)));
    QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
    if (!url.isValid() || !isHttp || url.host().isEmpty())
        return badValue(u"the webhook"_s, text, u"an address such as http://localhost:8000/webhook"_s);
    if (url.path().isEmpty() || url.path() == u"/"_s)
        url.setPath(u"/webhook"_s);
    return url;
}

Result<FeederOptions> feederOptions(const CommandLine &line)
{
    FeederOptions options;
    if (line.has(u"rate"_s)) {
        bool isNumber = false;
        options.perSecond = line.text(u"rate"_s).toDouble(&isNumber);
        if (!isNumber || !(options.perSecond > 0) || options.perSecond > Feeder::kMaxPerSecond)
            return badValue(u"--rate"_s, line.text(u"rate"_s), u"events per second above 0, up to 100000"_s);
    }
    options.count = line.number(u"count"_s, line.has(u"once"_s) ? 1 : options.count);
    options.invalidEvery = int(line.number(u"invalid-every"_s, options.invalidEvery));
    options.keepTrying = options.count == 0;
    const Result<QUrl> url = webhookOf(line);
    if (!url)
        return url.failure();
    options.url = url.value();
    const Result<QString> key = keyFromEnvironment();
    if (!key)
        return key.failure();
    options.key = key.value();
    return options;
}

void say(const QString &text)
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

// Prints what happens: each event with its answer, or every second how many, where there are more than one can read.
class FeedDisplay : public QObject
{
public:
    FeedDisplay(Feeder &feeder, const FeederOptions &options)
    {
        say(u"Starting data generation... Press Ctrl+C to stop"_s);
        say(u"Using API Key: %1..."_s.arg(hint(options.key)));
        if (options.perSecond >= kSummaryFrom) {
            connect(&m_everySecond, &QTimer::timeout, this, [this, &feeder] { summarize(feeder.totals()); });
            m_everySecond.start(kSummaryEvery);
        } else {
            connect(&feeder, &Feeder::sent, this, [](const QJsonObject &event) { say(pretty(event)); });
            connect(&feeder, &Feeder::answered, this, [](int status) { say(u"Webhook response: %1"_s.arg(status)); });
        }
    }

private:
    void summarize(const FeederTotals &now)
    {
        const qint64 perSecond = now.accepted + now.rejected - m_shown.accepted - m_shown.rejected;
        m_shown = now;
        say(u"%1 events/s; %2"_s.arg(QString::number(perSecond), summary(now)));
    }

    FeederTotals m_shown;
    QTimer m_everySecond;
};

// Until Ctrl+C, the end of the count, or a failure that ends it.
std::optional<Failure> feedUntilEnd(Feeder &feeder, bool keepTrying)
{
    std::optional<Failure> failure;
    StopSignal signal;
    QObject::connect(&signal, &StopSignal::requested, &feeder, [] { QCoreApplication::exit(); });
    QObject::connect(
        &feeder, &Feeder::finished, &feeder, [] { QCoreApplication::exit(); }, Qt::QueuedConnection);
    QObject::connect(&feeder, &Feeder::unreachable, &signal, [&](const QString &sentence) {
        if (keepTrying)
            printError(sentence + u" Trying again."_s);
        else
            failure = Failure{Fault::Unavailable, sentence};
    });
    QObject::connect(&feeder, &Feeder::refused, &signal, [&](const Failure &why) {
        failure = why;
        if (keepTrying)
            printError(why.text);
    });
    feeder.start();
    QCoreApplication::exec();
    feeder.stop();
    return keepTrying ? std::nullopt : failure; // it was interrupted by hand
}

CommandEnd runFeed(const CommandLine &line)
{
    if (!line.program().flags.isEmpty())
        return Failure{Fault::BadInput,
                       u"feed: settings of a server do not apply here; options of feed stand behind the command."_s};
    const Result<FeederOptions> options = feederOptions(line);
    if (!options)
        return options.failure();
    wipeSecretEnvironment();
    if (const auto trusted = trustAuthorities(withoutLineEnd(qEnvironmentVariable("TLS_CA_FILE"))); !trusted)
        return trusted.failure();

    Feeder feeder(options.value());
    std::optional<FeedDisplay> display;
    if (!line.json())
        display.emplace(feeder, options.value());
    const std::optional<Failure> failure = feedUntilEnd(feeder, options->keepTrying);
    const FeederTotals &totals = feeder.totals();
    if (display)
        say(u"\nStopped: %1"_s.arg(summary(totals)));
    const QJsonObject report{
        {u"accepted"_s, totals.accepted}, {u"rejected"_s, totals.rejected}, {u"failed"_s, totals.failed}};
    if (failure)
        return {*failure, report};
    if (line.json())
        print(report);
    return totals.failed > 0 && !options->keepTrying ? ExitCode::Failed : ExitCode::Fine;
}

} // namespace

Command feedCommand()
{
    using Kind = CommandOption::Kind;
    constexpr qint64 kMostEvents = std::numeric_limits<qint64>::max();
    return {.name = u"feed"_s,
            .summary = u"posts random events to a server, to try it out"_s,
            .about = u"Posts random events to a webhook, one every 5 to 10 seconds, now and then an invalid one, until "
                     "Ctrl+C."_s,
            .json = u"one JSON object about what was sent, at the end, in place of the events"_s,
            .notes =
                u"The key comes from $WEBHOOK_API_KEY, or the file that $WEBHOOK_API_KEY_FILE names; default is the "
                "development key. TLS_CA_FILE names a PEM file of further authorities to trust."_s,
            .hasDatabase = false,
            .actions = {{.options = {{.name = u"--url"_s,
                                      .kind = Kind::Text,
                                      .value = u"URL"_s,
                                      .help = u"webhook; default $WEBHOOK_URL, else http://localhost:8000/webhook"_s},
                                     {.name = u"--rate"_s,
                                      .kind = Kind::Text,
                                      .value = u"N"_s,
                                      .help = u"events per second instead, up to 100000"_s},
                                     {.name = u"--count"_s,
                                      .kind = Kind::Number,
                                      .value = u"N"_s,
                                      .help = u"ends after N events"_s,
                                      .least = 1,
                                      .most = kMostEvents},
                                     {.name = u"--once"_s, .help = u"the same as --count 1"_s},
                                     {.name = u"--invalid-every"_s,
                                      .kind = Kind::Number,
                                      .value = u"N"_s,
                                      .help = u"makes every N-th event invalid; 0 = none"_s,
                                      .least = 0,
                                      .most = std::numeric_limits<int>::max()}},
                         .run = runFeed}}};
}

} // namespace entvas
