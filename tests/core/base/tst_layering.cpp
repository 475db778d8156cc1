#include <algorithm>
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

const QDir kRoot(QString::fromUtf8(ENTVAS_SOURCE_DIR));

QString readAll(const QString &path)
{
    QFile file(kRoot.filePath(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList sourcesIn(const QString &layer)
{
    QStringList files;
    QDirIterator it(kRoot.filePath(layer), {u"*.h"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files.append(kRoot.relativeFilePath(it.next()));
    files.sort();
    return files;
}

QStringList includesOf(const QString &path)
{
    static const QRegularExpression include(u"^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"_s,
                                            QRegularExpression::MultilineOption);
    QStringList found;
    for (auto it = include.globalMatch(readAll(path)); it.hasNext();)
        found.append(it.next().captured(1));
    return found;
}

// The layer that a file is in. Three wings of core have rules of their own.
QString layerOf(const QString &path)
{
    for (const QString &wing : {u"core/store"_s, u"core/maintenance"_s, u"core/tls"_s})
        if (path.startsWith(wing + u'/'))
            return wing;
    return path.section(u'/', 0, 0);
}

// Class names of the modules that a layer must not know, as they stand in #include <QThing> or <QtModule/QThing>.
bool isOfModule(const QString &include, const QString &module)
{
    if (include.startsWith(module + u'/'))
        return true;
    static const QMap<QString, QRegularExpression> classes{
        {u"QtSql"_s, QRegularExpression(u"^QSql"_s)},
        {u"QtNetwork"_s,
         QRegularExpression(
             u"^Q(Tcp|Udp|Ssl|Local(Server|Socket)|Network|Host(Address|Info)|AbstractSocket|Http(Multi|Part|Headers)|Dns)"_s)},
        {u"QtHttpServer"_s, QRegularExpression(u"^Q(Abstract)?HttpServer"_s)},
        {u"QtWebSockets"_s, QRegularExpression(u"^QWebSocket"_s)},
        {u"QtGui"_s,
         QRegularExpression(
             u"^Q(GuiApplication|Color|Font|Icon|Image|Pixmap|Painter|Palette|Window|Screen|Cursor|Action|Shortcut|KeySequence|Brush|Pen|Clipboard|DesktopServices|StandardItem)"_s)},
        {u"QtWidgets"_s,
         QRegularExpression(
             u"^Q(Application|\\w*Widget|\\w*Dialog|\\w*Layout|Label|\\w*Button|\\w*Box|MainWindow|Menu|ToolTip|(List|Tree|Table|Column|Header|Graphics|AbstractItem)View|\\w*Delegate|Style)$"_s)},
        {u"QtCharts"_s, QRegularExpression(u"^Q(Chart|\\w*Series|\\w*Axis|BarSet)"_s)},
    };
    return classes.value(module).match(include).hasMatch();
}

// A library of ours and what its folder's CMakeLists.txt says that it links.
struct Wing {
    QStringList open; // what its own headers may show to those who link it
    QStringList own;  // only its sources
};

// By path: core/base, server/gate, … Read from the calls of entvas_wing(), the one place that declares them.
QMap<QString, Wing> readWings()
{
    static const QRegularExpression call(u"^entvas_wing\\(\\w+([^)]*)\\)"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression space(u"\\s+"_s);
    QMap<QString, Wing> wings;
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s}) {
        QDirIterator it(kRoot.filePath(layer), {u"CMakeLists.txt"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString file = kRoot.relativeFilePath(it.next());
            const auto match = call.match(readAll(file));
            if (!match.hasMatch())
                continue;
            Wing &wing = wings[file.section(u'/', 0, -2)];
            QStringList *into = nullptr;
            for (const QString &word : match.captured(1).split(space, Qt::SkipEmptyParts)) {
                if (word == u"PUBLIC")
                    into = &wing.open;
                else if (word == u"PRIVATE")
                    into = &wing.own;
                else if (into)
                    into->append(word);
            }
        }
    }
    return wings;
}

const QMap<QString, Wing> &wings()
{
    static const QMap<QString, Wing> all = readWings();
    return all;
}

// entvas_core_store_events -> core/store/events; empty for what is no wing.
QString wingNamed(const QString &target)
{
    for (auto it = wings().cbegin(); it != wings().cend(); ++it)
        if (target == u"entvas_"_s + QString(it.key()).replace(u'/', u'_'))
            return it.key();
    return {};
}

// The wing whose library a file is in; empty for the composition roots in app itself.
QString wingOf(const QString &file)
{
    for (QString folder = file.section(u'/', 0, -2); !folder.isEmpty(); folder = folder.section(u'/', 0, -2))
        if (wings().contains(folder))
            return folder;
    return {};
}

void addReachable(const QStringList &targets, QSet<QString> &into)
{
    for (const QString &target : targets) {
        const QString wing = wingNamed(target);
        if (wing.isEmpty() || into.contains(wing))
            continue;
        into.insert(wing);
        addReachable(wings()[wing].open, into);
    }
}

// The wings whose headers a wing may include: those that it links, and what these show.
QSet<QString> reachableFrom(const QString &wing)
{
    QSet<QString> found{wing};
    addReachable(wings()[wing].open + wings()[wing].own, found);
    return found;
}

// Calls of arg() on what arg() returned, as "file:line". Strings and characters are blanked out before.
QStringList chainedArgs(const QString &text, const QString &file)
{
    static const QRegularExpression literal(u"\"(?:\\\\.|[^\"\\\\\n])*\"|(?<![0-9a-fA-F])'(?:\\\\.|[^'\\\\\n])+'"_s);
    static const QRegularExpression call(u"\\.arg\\("_s), next(u"\\s*\\.arg\\("_s);
    QString code = text;
    for (auto it = literal.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        code.replace(match.capturedStart(), match.capturedLength(), QString(match.capturedLength(), u'x'));
    }
    QStringList found;
    for (auto it = call.globalMatch(code); it.hasNext();) {
        const qsizetype begin = it.next().capturedEnd();
        qsizetype end = begin;
        for (int open = 1; open > 0 && end < code.size(); ++end)
            open += code[end] == u'(' ? 1 : code[end] == u')' ? -1 : 0;
        if (next.match(code, end, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption)
                .hasMatch())
            found << u"%1:%2"_s.arg(file, QString::number(code.left(begin).count(u'\n') + 1));
    }
    return found;
}

} // namespace

// The direction of the house: core <- core/store <- server <- app, no arrow back, no cycle. Reads the sources.
class LayeringTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void includesPointDownwards_data();
    void includesPointDownwards();
    void wingsIncludeOnlyWhatTheyLink();
    void wingsLinkNoModuleOfOthers_data();
    void wingsLinkNoModuleOfOthers();
    void wingsFormNoCircle();
    void appKnowsOnlyTheDoorOfTheServer();
    void foldersAreSmall();
    void piecesAreSmall();
    void noIncludeLeadsBackToItself();
    void textsAreFilledInAtOnce();
};

void LayeringTest::includesPointDownwards_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QStringList>("mayKnow");
    QTest::addColumn<QStringList>("noModules");
    const QStringList gui{u"QtGui"_s, u"QtWidgets"_s, u"QtCharts"_s}, sql{u"QtSql"_s};
    const QStringList servers{u"QtHttpServer"_s, u"QtWebSockets"_s}, net = servers + QStringList{u"QtNetwork"_s};
    const QString core = u"core"_s, store = u"core/store"_s, tls = u"core/tls"_s, care = u"core/maintenance"_s;
    const QString server = u"server"_s, app = u"app"_s;
    QTest::newRow("core") << core << QStringList{core} << gui + net + sql;
    QTest::newRow("core/tls") << tls << QStringList{core, tls} << gui + servers + sql;
    QTest::newRow("core/store") << store << QStringList{core, store} << gui + net;
    QTest::newRow("core/maintenance") << care << QStringList{core, store, tls, care} << gui + servers;
    QTest::newRow("server") << server << QStringList{core, store, tls, server} << gui;
    QTest::newRow("app") << app << QStringList{core, care, server, app} << sql + QStringList{u"QtHttpServer"_s};
}

void LayeringTest::includesPointDownwards()
{
    QFETCH(QString, layer);
    QFETCH(QStringList, mayKnow);
    QFETCH(QStringList, noModules);
    const QSet<QString> layers{u"core"_s, u"server"_s, u"app"_s, u"tests"_s};
    int seen = 0;
    QStringList broken;
    for (const QString &file : sourcesIn(layer.section(u'/', 0, 0))) {
        if (layerOf(file) != layer)
            continue;
        ++seen;
        for (const QString &include : includesOf(file)) {
            const bool isOurs = layers.contains(include.section(u'/', 0, 0));
            if (isOurs && !mayKnow.contains(layerOf(include)))
                broken.append(file + u" includes "_s + include);
            for (const QString &module : noModules)
                if (!isOurs && isOfModule(include, module))
                    broken.append(file + u" includes "_s + include + u" of "_s + module);
        }
    }
    QVERIFY2(seen > 0, "no source was found: the test would prove nothing");
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

void LayeringTest::wingsIncludeOnlyWhatTheyLink()
{
    QVERIFY2(wings().size() > 30, "wings were not read: the test would prove nothing");
    QStringList broken;
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s}) {
        for (const QString &file : sourcesIn(layer)) {
            const QString wing = wingOf(file);
            if (wing.isEmpty()) {
                QVERIFY2(file.count(u'/') == 1 && layer == u"app", qPrintable(file + u" belongs to no wing"_s));
                continue;
            }
            const QSet<QString> reachable = reachableFrom(wing);
            for (const QString &include : includesOf(file))
                if (const QString other = wingOf(include); kRoot.exists(include) && !reachable.contains(other))
                    broken.append(u"%1 includes %2, and %3 does not link %4"_s.arg(file, include, wing, other));
        }
    }
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

void LayeringTest::wingsLinkNoModuleOfOthers_data()
{
    QTest::addColumn<QString>("under"); // wings whose path begins so …
    QTest::addColumn<QString>("except");
    QTest::addColumn<QString>("forbidden"); // … link nothing of these
    const QString gui = u"Qt6::(Gui|Widgets|Charts|Svg|PrintSupport)"_s;
    QTest::newRow("core") << u"core/"_s << u"core/tls"_s << (gui + u"|Qt6::(Network|HttpServer|WebSockets)"_s);
    QTest::newRow("server") << u"server/"_s << QString() << gui;
    QTest::newRow("board") << u"app/board"_s << QString() << gui;
    QTest::newRow("session") << u"app/session"_s << QString() << gui;
    QTest::newRow("app") << u"app/"_s << QString() << u"Qt6::(Sql|HttpServer)"_s;
}

void LayeringTest::wingsLinkNoModuleOfOthers()
{
    QFETCH(QString, under);
    QFETCH(QString, except);
    QFETCH(QString, forbidden);
    const QRegularExpression pattern(u"^(%1)$"_s.arg(forbidden));
    int seen = 0;
    for (auto it = wings().cbegin(); it != wings().cend(); ++it) {
        if (!it.key().startsWith(under) || it.key() == except)
            continue;
        ++seen;
        QCOMPARE((it->open + it->own).filter(pattern), QStringList());
    }
    QVERIFY2(seen > 0, "no wing was found: the test would prove nothing");
}

void LayeringTest::wingsFormNoCircle()
{
    for (auto it = wings().cbegin(); it != wings().cend(); ++it) {
        QSet<QString> below;
        std::function<void(const QString &)> descend = [&](const QString &wing) {
            for (const QString &target : wings()[wing].open + wings()[wing].own) {
                const QString next = wingNamed(target);
                if (next.isEmpty() || below.contains(next))
                    continue;
                below.insert(next);
                descend(next);
            }
        };
        descend(it.key());
        QVERIFY2(!below.contains(it.key()), qPrintable(it.key() + u" comes back to itself"_s));
        const QString layer = it.key().section(u'/', 0, 0);
        for (const QString &wing : std::as_const(below)) {
            const QString other = wing.section(u'/', 0, 0);
            QVERIFY2(other == layer || other == u"core" || (layer == u"app" && other == u"server"),
                     qPrintable(it.key() + u" leads up to "_s + wing));
        }
    }
}

// The server is one header to the app.
void LayeringTest::appKnowsOnlyTheDoorOfTheServer()
{
    QSet<QString> known;
    for (const QString &file : sourcesIn(u"app"_s))
        for (const QString &include : includesOf(file))
            if (include.startsWith(u"server/"_s))
                known.insert(include);
    QCOMPARE(known, QSet<QString>{u"server/api/server.h"_s});
}

void LayeringTest::foldersAreSmall()
{
    constexpr int kMost = 32; // sources of one folder: about as many as one looks through
    QMap<QString, int> files;
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s, u"tests"_s})
        for (const QString &file : sourcesIn(layer))
            ++files[file.section(u'/', 0, -2)];
    QStringList full;
    for (auto it = files.cbegin(); it != files.cend(); ++it)
        if (*it > kMost)
            full.append(u"%1 holds %2"_s.arg(it.key(), QString::number(*it)));
    QVERIFY2(full.isEmpty(), qPrintable(full.join(u'\n')));
}

// Files, functions and classes that one can look over. What is larger says why, in the comment before it: "Longer than
// usual: …", "More than 25 functions: …". Reads the form that clang-format gives: a body begins and ends with a line of
// its own.
void LayeringTest::piecesAreSmall()
{
    constexpr int kSource = 400, kHeader = 120, kFunction = 60, kMethods = 25;
    const QString longer = u"// Longer than usual: "_s, more = u"// More than 25 functions: "_s;
    static const QRegularExpression declaration(u"^    [^/ ].*\\("_s), type(u"^(class|struct) (\\w+)[^;]*$"_s);
    static const QRegularExpression noMethod(u"^    (using|friend|static_assert|Q_|explicit|~|\\w+\\()"_s);
    QStringList large;
    const auto isSaid = [](const QStringList &lines, qsizetype before, const QString &words) {
        for (qsizetype i = before; i >= 0 && !lines[i].isEmpty(); --i)
            if (lines[i].contains(words.mid(3)))
                return true;
        return false;
    };
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s}) {
        for (const QString &file : sourcesIn(layer)) {
            const QString text = readAll(file);
            const QStringList lines = text.split(u'\n');
            const bool isHeader = file.endsWith(u".h"_s);
            if (lines.size() - 1 > (isHeader ? kHeader : kSource) && !text.contains(u"onger than usual: "_s))
                large << u"%1 has %2 lines"_s.arg(file, QString::number(lines.size() - 1));
            qsizetype body = -1, head = -1;
            QString name;
            int methods = 0, depth = 0;
            for (qsizetype i = 0; i < lines.size(); ++i) {
                const QString &line = lines[i];
                if (const auto found = type.match(line); found.hasMatch() && depth == 0) {
                    name = found.captured(2);
                    head = i;
                    methods = 0;
                }
                if (line == u"{"_s)
                    body = i;
                if (line == u"}"_s && body > 0 && i - body - 1 > kFunction && !isSaid(lines, body, longer))
                    large << u"%1:%2 has %3 lines"_s.arg(file, QString::number(body), QString::number(i - body - 1));
                if (depth == 1 && head >= 0 && declaration.match(line).hasMatch() && !noMethod.match(line).hasMatch())
                    ++methods;
                if (!line.startsWith(u"namespace"_s) && !line.startsWith(u"} // namespace"_s))
                    depth += int(line.count(u'{') - line.count(u'}'));
                if (line.startsWith(u"};"_s) && head >= 0) {
                    if (isHeader && methods > kMethods && !isSaid(lines, head, more))
                        large << u"%1: %2 has %3 functions"_s.arg(file, name, QString::number(methods));
                    head = -1;
                }
            }
        }
    }
    QVERIFY2(large.isEmpty(), qPrintable(large.join(u'\n')));
}

void LayeringTest::noIncludeLeadsBackToItself()
{
    QMap<QString, QStringList> graph;
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s}) {
        for (const QString &file : sourcesIn(layer)) {
            for (const QString &include : includesOf(file)) {
                QVERIFY2(!include.startsWith(u"../"_s), qPrintable(file));
                if (kRoot.exists(include))
                    graph[file].append(include);
            }
        }
    }
    QVERIFY(graph.size() > 10);
    // Depth first; a file met again while it is still open closes a circle.
    QSet<QString> done;
    QStringList open;
    QString circle;
    const std::function<void(const QString &)> visit = [&](const QString &file) {
        if (done.contains(file) || !circle.isEmpty())
            return;
        if (const qsizetype at = open.indexOf(file); at >= 0) {
            circle = (open.mid(at) << file).join(u" -> "_s);
            return;
        }
        open.append(file);
        for (const QString &next : graph.value(file))
            visit(next);
        open.removeLast();
        done.insert(file);
    };
    for (const QString &file : graph.keys())
        visit(file);
    QVERIFY2(circle.isEmpty(), qPrintable(circle));
}

// arg() after arg() reads again what the first one put in: a "%2" in somebody's name would be taken for a place.
void LayeringTest::textsAreFilledInAtOnce()
{
    const QString wrong = u"f(u\"a ) %1 %2\"_s.arg(g(\"(\"), ')')\n    .arg(b));"_s;
    QCOMPARE(chainedArgs(wrong, u"wrong"_s), QStringList{u"wrong:1"_s});
    QCOMPARE(chainedArgs(u"f(u\"%1 %2\"_s.arg(u\"%1\"_s.arg(a), b)); c.arg(d);"_s, u"right"_s), QStringList());
    QStringList chains;
    for (const QString &layer : {u"core"_s, u"server"_s, u"app"_s})
        for (const QString &file : sourcesIn(layer))
            chains += chainedArgs(readAll(file), file);
    QVERIFY2(chains.isEmpty(), qPrintable(u"use arg(a, b, …):\n"_s + chains.join(u'\n')));
}

QTEST_GUILESS_MAIN(LayeringTest)
#include "tst_layering.moc"
