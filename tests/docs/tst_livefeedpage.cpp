#include "tests/docs/pages.h"
#include "tests/support/serverprocess.h"

#include <QCborArray>
#include <QCborMap>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>
#include <QWebSocket>

using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

const auto kPage = u"docs/live-feed.md"_s;
constexpr char kToken[] = "a-viewer-token-of-thirty-two-characters";
constexpr char kKey[] = "a-webhook-key-of-thirty-two-characters";
constexpr qint64 kDayMs = 86'400'000;
constexpr int kWaitMs = 15'000; // heartbeats come every 10 s

// The fields of one message as the page's table has them: path -> type, and whether it is always there.
struct Field {
    QString type;
    bool isMandatory = false;
};
using Fields = QMap<QString, Field>;

Fields fieldsOf(const QString &message)
{
    Fields fields;
    for (const PageTable &table : tablesOf(sectionOf(readSource(kPage), message)))
        if (table.head == QStringList{u"field"_s, u"type"_s, u"always"_s, u"meaning"_s})
            for (const QStringList &row : table.rows)
                fields.insert(row[0], {row[1], row[2] == u"yes"});
    return fields;
}

// The example of a message; blanks and line ends between its parts do not matter.
QJsonObject exampleOf(const QString &message)
{
    return QJsonDocument::fromJson(blocksOf(sectionOf(readSource(kPage), message), u"json"_s).value(0).toUtf8())
        .object();
}

// Reads a message by the page's table, and by nothing else.
class Reading
{
public:
    Reading(const Fields &fields, bool isCbor) : m_fields(fields), m_isCbor(isCbor) {}

    // What does not fit the table.
    QStringList check(const QCborMap &message)
    {
        object(QString(), message);
        return m_wrong;
    }
    const QSet<QString> &seen() const { return m_seen; }

private:
    bool hasType(const QString &type, const QCborValue &value) const
    {
        static const QRegularExpression time(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"_s);
        static const QRegularExpression base64(u"^[A-Za-z0-9_-]*$"_s);
        if (type == u"string")
            return value.isString();
        if (type == u"integer")
            return value.isInteger();
        if (type == u"boolean")
            return value.isBool();
        if (type == u"object")
            return value.isMap();
        if (type == u"array")
            return value.isArray();
        if (type == u"time")
            return time.match(value.toString()).hasMatch();
        if (type == u"bytes")
            return m_isCbor ? value.isByteArray() : base64.match(value.toString()).hasMatch() && value.isString();
        return false;
    }
    void object(const QString &path, const QCborMap &map)
    {
        const QString prefix = path.isEmpty() ? QString() : path + u'.';
        for (const auto &[key, value] : map)
            visit(prefix + key.toString(), value);
        for (auto field = m_fields.cbegin(); field != m_fields.cend(); ++field) {
            const QString name = field.key().mid(prefix.size());
            const bool isChild = field.key().startsWith(prefix) && !name.contains(u'.') && !name.contains(u'[');
            if (isChild && field->isMandatory && !map.contains(name))
                m_wrong.append(field.key() + u" is missing"_s);
        }
    }
    void visit(const QString &path, const QCborValue &value)
    {
        const auto field = m_fields.constFind(path);
        if (field == m_fields.cend()) {
            m_wrong.append(path + u" is not in the table"_s);
            return;
        }
        m_seen.insert(path);
        if (!hasType(field->type, value)) {
            m_wrong.append(u"%1 is no %2"_s.arg(path, field->type));
            return;
        }
        const bool isOpen = std::none_of(m_fields.keyBegin(), m_fields.keyEnd(), [&](const QString &name) {
            return name.startsWith(path + u'.') || name.startsWith(path + u'[');
        });
        if (value.isMap() && !isOpen)
            object(path, value.toMap());
        else if (value.isArray())
            array(path, value.toArray());
    }
    void array(const QString &path, const QCborArray &array)
    {
        if (!m_fields.contains(path + u".0"_s)) {
            for (const QCborValue &element : array)
                visit(path + u"[]"_s, element);
            return;
        }
        qsizetype listed = 0; // an array of exactly the elements listed
        for (; m_fields.contains(u"%1.%2"_s.arg(path, QString::number(listed))); ++listed)
            visit(u"%1.%2"_s.arg(path, QString::number(listed)), array.at(listed));
        if (array.size() != listed)
            m_wrong.append(u"%1 has %2 elements"_s.arg(path, QString::number(array.size())));
    }

    const Fields &m_fields;
    bool m_isCbor;
    QStringList m_wrong;
    QSet<QString> m_seen;
};

// A client as the page describes one: knows messages by its tables, and counts by its rules.
class PageClient
{
public:
    explicit PageClient(bool isCbor) : m_isCbor(isCbor)
    {
        for (const QString &name :
             {u"hello"_s, u"snapshot"_s, u"delta"_s, u"tail"_s, u"heartbeat"_s, u"authenticated"_s, u"error"_s})
            m_fields.insert(name, fieldsOf(name));
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket, [this](const QString &text) {
            take(QCborValue::fromJsonValue(QJsonDocument::fromJson(text.toUtf8()).object()).toMap(), !m_isCbor);
        });
        QObject::connect(&m_socket, &QWebSocket::binaryMessageReceived, &m_socket,
                         [this](const QByteArray &bytes) { take(QCborValue::fromCbor(bytes).toMap(), m_isCbor); });
    }

    void open(quint16 port)
    {
        m_socket.open(
            QUrl(u"ws://127.0.0.1:%1/ws%2"_s.arg(QString::number(port), m_isCbor ? u"?format=cbor"_s : QString())));
    }
    void send(const QJsonObject &message)
    {
        if (m_isCbor)
            m_socket.sendBinaryMessage(QCborValue::fromJsonValue(message).toCbor());
        else
            m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    }
    bool waitFor(const QString &type, int count = 1)
    {
        return QTest::qWaitFor([&] { return messages.value(type).size() >= count || isClosed(); }, kWaitMs) &&
               messages.value(type).size() >= count;
    }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    int closeCode() const { return int(m_socket.closeCode()); }
    qint64 counted() const
    {
        qint64 sum = 0;
        for (const qint64 count : m_days)
            sum += count;
        return sum;
    }
    QStringList seriesNames() const { return m_series; }

    QMap<QString, QList<QCborMap>> messages; // by type
    QMap<QString, QSet<QString>> seen;       // fields, by type
    QStringList wrong;
    qint64 events = -1; // as totals say
    QSet<QByteArray> users;

private:
    void take(const QCborMap &message, bool isRightFrame)
    {
        const QString type = message[u"type"_s].toString();
        if (!isRightFrame)
            wrong.append(type + u" came in the other kind of frame"_s);
        if (!m_fields.contains(type)) {
            wrong.append(u"the page has no message "_s + type);
            return;
        }
        Reading reading(m_fields[type], m_isCbor);
        for (const QString &what : reading.check(message))
            wrong.append(type + u": "_s + what);
        seen[type] += reading.seen();
        messages[type].append(message);
        if (type == u"snapshot")
            replace(message);
        else if (type == u"delta")
            add(message);
    }
    void replace(const QCborMap &snapshot)
    {
        m_series.clear();
        m_days.clear();
        users.clear();
        for (const QCborValue &one : snapshot[u"series"_s].toArray())
            m_series.append(nameOf(one));
        for (const QCborValue &one : snapshot[u"tiers"_s].toArray()) {
            const QCborMap tier = one.toMap();
            if (tier[u"stepMs"_s].toInteger() != kDayMs)
                continue;
            const QCborArray bucket = tier[u"bucket"_s].toArray();
            for (qsizetype i = 0; i < bucket.size(); ++i)
                m_days[{(tier[u"fromMs"_s].toInteger() + bucket[i].toInteger() * kDayMs) / kDayMs,
                        tier[u"series"_s].toArray()[i].toInteger()}] += tier[u"count"_s].toArray()[i].toInteger();
        }
        for (const QCborValue &one : snapshot[u"users"_s].toMap()[u"tiers"_s].toArray())
            if (one.toMap()[u"stepMs"_s].toInteger() == kDayMs)
                for (const QCborValue &sketch : one.toMap()[u"sketch"_s].toArray())
                    addUsers(bytesOf(sketch).mid(1)); // so few are written themselves, behind a 0
        m_seq = snapshot[u"seq"_s].toInteger();
        events = snapshot[u"totals"_s].toMap()[u"events"_s].toInteger();
    }
    void add(const QCborMap &delta)
    {
        if (delta[u"seq"_s].toInteger() != ++m_seq)
            wrong.append(u"delta: not the next seq"_s);
        for (const QCborValue &one : delta[u"newSeries"_s].toArray())
            m_series.append(nameOf(one));
        for (const QCborValue &one : delta[u"cells"_s].toArray()) {
            const QCborArray cell = one.toArray();
            if (cell[1].toInteger() >= m_series.size())
                wrong.append(u"delta: a cell of no series"_s);
            m_days[{cell[0].toInteger() * 1000 / kDayMs, cell[1].toInteger()}] += cell[2].toInteger();
        }
        for (const QCborValue &one : delta[u"users"_s].toArray())
            addUsers(bytesOf(one.toArray()[1]));
        events = delta[u"totals"_s].toMap()[u"events"_s].toInteger();
    }
    QByteArray bytesOf(const QCborValue &value) const
    {
        return m_isCbor ? value.toByteArray()
                        : QByteArray::fromBase64(value.toString().toLatin1(), QByteArray::Base64UrlEncoding);
    }
    void addUsers(const QByteArray &five)
    {
        if (five.size() % 5 != 0)
            wrong.append(u"users that are not 5 bytes each"_s);
        for (qsizetype at = 0; at + 5 <= five.size(); at += 5)
            users.insert(five.mid(at, 5));
    }
    static QString nameOf(const QCborValue &series)
    {
        QStringList parts;
        for (const QCborValue &part : series.toArray())
            parts.append(part.toString());
        return parts.join(u'/');
    }

    bool m_isCbor;
    QMap<QString, Fields> m_fields;
    QWebSocket m_socket;
    QStringList m_series;
    QMap<std::pair<qint64, qint64>, qint64> m_days; // events by UTC day and series
    qint64 m_seq = -1;
};

} // namespace

// A session of the running program, read by docs/live-feed.md alone.
class LiveFeedPageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void examplesFitTheirTables();
    void sessionFitsThePage_data();
    void sessionFitsThePage();
    void endsAsThePageSays_data();
    void endsAsThePageSays();

private:
    bool post(const QByteArray &body, int status);
    QString fateOf(const QString &code) const; // "close 1008", "stays open"
    std::unique_ptr<ServerProcess> m_server;
    QTemporaryDir m_directory;
    QNetworkAccessManager m_http;
};

void LiveFeedPageTest::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QString::fromUtf8(ENTVAS_PROGRAM),
                                               u"sqlite://"_s + m_directory.filePath(u"entvas.db"_s));
    m_server->setEnvironment(u"VIEWER_TOKEN"_s, QString::fromLatin1(kToken));
    m_server->setEnvironment(u"WEBHOOK_API_KEY"_s, QString::fromLatin1(kKey));
    QVERIFY2(m_server->start(), m_server->log().constData());
}

bool LiveFeedPageTest::post(const QByteArray &body, int status)
{
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/webhook"_s.arg(QString::number(m_server->port()))));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", kKey);
    const std::unique_ptr<QNetworkReply> reply(m_http.post(request, body));
    return QTest::qWaitFor([&] { return reply->isFinished(); }, kWaitMs) &&
           reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == status;
}

QString LiveFeedPageTest::fateOf(const QString &code) const
{
    const QList<PageTable> tables = tablesOf(regionOf(readSource(kPage), u"error codes"_s));
    for (const QStringList &row : tables.value(0).rows)
        if (row[0] == code)
            return row[1];
    return {};
}

void LiveFeedPageTest::examplesFitTheirTables()
{
    for (const QString &name : {u"hello"_s, u"snapshot"_s, u"delta"_s, u"tail"_s, u"heartbeat"_s, u"authenticated"_s,
                                u"error"_s, u"subscribe"_s, u"unsubscribe"_s, u"authenticate"_s}) {
        const Fields fields = fieldsOf(name);
        QVERIFY2(fields.size() >= 2, qPrintable(name));
        const QJsonObject example = exampleOf(name);
        QCOMPARE(example[u"type"_s].toString(), name);
        Reading reading(fields, false);
        const QStringList wrong = reading.check(QCborValue::fromJsonValue(example).toMap());
        QVERIFY2(wrong.isEmpty(), qPrintable(name + u": "_s + wrong.join(u", "_s)));
    }
}

void LiveFeedPageTest::sessionFitsThePage_data()
{
    QTest::addColumn<bool>("isCbor");
    QTest::newRow("JSON") << false;
    QTest::newRow("CBOR") << true;
}

void LiveFeedPageTest::sessionFitsThePage()
{
    QFETCH(bool, isCbor);
    const QByteArray type = isCbor ? "cbor" : "json";
    QVERIFY(post(R"([{"eventType":"before","userId":"1"},{"eventType":"before","userId":"2"}])", 200));
    QVERIFY(post(R"({"eventType":"no user"})", 400));

    PageClient client(isCbor);
    client.open(m_server->port());
    QVERIFY(QTest::qWaitFor([&] { return client.isOpen(); }, kWaitMs));
    QJsonObject login = exampleOf(u"authenticate"_s);
    login[u"token"_s] = QString::fromLatin1(kToken);
    client.send(login);
    QVERIFY(client.waitFor(u"hello"_s));
    client.send(exampleOf(u"subscribe"_s));
    QVERIFY(client.waitFor(u"snapshot"_s));
    QCOMPARE(client.counted(), client.events);
    QVERIFY(client.events >= 2);

    const qint64 before = client.events;
    const qsizetype usersBefore = client.users.size();
    QVERIFY(post("[{\"eventType\":\"" + type + "\",\"userId\":\"new " + type +
                     "\",\"metadata\":{\"page\":\"a\",\"amount\":1.50,\"deep\":{\"x\":[null]}}},"
                     "{\"eventType\":\"before\",\"userId\":\"1\"},{\"userId\":\"nobody\"}]",
                 200));
    QVERIFY(QTest::qWaitFor([&] { return client.events == before + 2; }, kWaitMs));
    QVERIFY(client.waitFor(u"tail"_s));
    QCOMPARE(client.counted(), client.events);
    QVERIFY(client.seriesNames().contains(QString::fromLatin1(type) + u"/a/"_s));
    QCOMPARE(client.users.size(), usersBefore + 1);

    client.send(login);
    QVERIFY(client.waitFor(u"authenticated"_s));
    QJsonObject elsewhere = exampleOf(u"subscribe"_s);
    elsewhere[u"project"_s] = u"nowhere"_s;
    client.send(elsewhere);
    QVERIFY(client.waitFor(u"error"_s));
    QCOMPARE(client.messages[u"error"_s].last()[u"code"_s].toString(), u"unknown_project"_s);
    QCOMPARE(fateOf(u"unknown_project"_s), u"stays open"_s);
    QVERIFY(client.waitFor(u"heartbeat"_s));
    QVERIFY(client.isOpen());

    // From here on as after a short absence: only what is new comes, and no snapshot.
    const QCborMap last = client.messages[u"delta"_s].last();
    QVERIFY(post(R"({"eventType":"meanwhile","userId":"1"})", 200));
    QJsonObject again = exampleOf(u"subscribe"_s);
    again[u"since"_s] = QJsonObject{{u"epoch"_s, client.messages[u"hello"_s].last()[u"epoch"_s].toString()},
                                    {u"seq"_s, last[u"seq"_s].toInteger()}};
    PageClient returned(isCbor);
    returned.open(m_server->port());
    QVERIFY(QTest::qWaitFor([&] { return returned.isOpen(); }, kWaitMs));
    returned.send(login);
    returned.send(again);
    QVERIFY(returned.waitFor(u"delta"_s));
    QCOMPARE(returned.messages[u"delta"_s].first()[u"seq"_s].toInteger(), last[u"seq"_s].toInteger() + 1);
    QVERIFY(returned.messages[u"snapshot"_s].isEmpty());
    client.send(exampleOf(u"unsubscribe"_s));

    QVERIFY2(client.wrong.isEmpty(), qPrintable(client.wrong.join(u'\n')));
    // The table promises nothing that does not come: all of it was seen, but for what takes a century or a double.
    QStringList unseen;
    const QSet<QString> rare{u"snapshot users.before"_s, u"snapshot users.beforeFromMs"_s,
                             isCbor ? QString() : u"tail events[].metadataText"_s};
    for (const QString &name : client.messages.keys())
        for (const QString &field : fieldsOf(name).keys())
            if (const QString path = name + u' ' + field; !client.seen[name].contains(field) && !rare.contains(path))
                unseen.append(path);
    QVERIFY2(unseen.isEmpty(), qPrintable(unseen.join(u'\n')));
    QCOMPARE(client.messages.size(), 7);
}

void LiveFeedPageTest::endsAsThePageSays_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("times");
    QTest::addColumn<QString>("code");
    const QByteArray login = "{\"type\":\"authenticate\",\"token\":\"" + QByteArray(kToken) + "\"}";
    QTest::newRow("no JSON") << QByteArray("hello?") << 1 << u"bad_message"_s;
    QTest::newRow("unknown type") << QByteArray(R"({"type":"dance"})") << 1 << u"bad_message"_s;
    QTest::newRow("another first message")
        << QByteArray(R"({"type":"subscribe","project":"default"})") << 1 << u"unauthenticated"_s;
    QTest::newRow("wrong token") << QByteArray(R"({"type":"authenticate","token":"wrong"})") << 1
                                 << u"unauthenticated"_s;
    QTest::newRow("too large") << QByteArray(65'537, ' ') << 1 << u"too_large"_s;
    QTest::newRow("too many") << login << 70 << u"too_many_messages"_s;
}

void LiveFeedPageTest::endsAsThePageSays()
{
    QFETCH(QByteArray, text);
    QFETCH(int, times);
    QFETCH(QString, code);
    QWebSocket socket;
    QStringList codes;
    connect(&socket, &QWebSocket::textMessageReceived, &socket, [&](const QString &message) {
        const QJsonObject object = QJsonDocument::fromJson(message.toUtf8()).object();
        if (object[u"type"_s] == u"error"_s)
            codes.append(object[u"code"_s].toString());
    });
    socket.open(QUrl(u"ws://127.0.0.1:%1/ws"_s.arg(QString::number(m_server->port()))));
    QVERIFY(QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::ConnectedState; }, kWaitMs));
    for (int i = 0; i < times; ++i)
        socket.sendTextMessage(QString::fromUtf8(text));
    QVERIFY(QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, kWaitMs));
    QCOMPARE(codes.value(codes.size() - 1), code);
    QCOMPARE(u"close %1"_s.arg(int(socket.closeCode())), fateOf(code).section(u',', 0, 0));
    QVERIFY(tablesOf(regionOf(readSource(kPage), u"close codes"_s))
                .value(0)
                .column(u"code"_s)
                .contains(QString::number(int(socket.closeCode()))));
}

QTEST_GUILESS_MAIN(LiveFeedPageTest)
#include "tst_livefeedpage.moc"
