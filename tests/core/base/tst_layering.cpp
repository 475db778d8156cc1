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

QString layerOf(const QString &path)
{
    return path.startsWith(u"core/store/"_s) ? u"core/store"_s : path.section(u'/', 0, 0);
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

// The libraries that a CMakeLists.txt links to one target.
QStringList linksOf(const QString &path)
{
    static const QRegularExpression link(u"target_link_libraries\\(([^)]*)\\)"_s);
    QStringList found;
    for (auto it = link.globalMatch(readAll(path)); it.hasNext();)
        found += it.next().captured(1).split(QRegularExpression(u"\\s+"_s), Qt::SkipEmptyParts).mid(1);
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
    void linkListsPointDownwards_data();
    void linkListsPointDownwards();
    void appKnowsOnlyTheDoorOfTheServer();
    void noIncludeLeadsBackToItself();
    void textsAreFilledInAtOnce();
};

void LayeringTest::includesPointDownwards_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QStringList>("mayKnow");
    QTest::addColumn<QStringList>("noModules");
    const QStringList gui{u"QtGui"_s, u"QtWidgets"_s, u"QtCharts"_s};
    const QStringList net{u"QtNetwork"_s, u"QtHttpServer"_s, u"QtWebSockets"_s};
    QTest::newRow("core") << u"core"_s << QStringList{u"core"_s} << gui + net + QStringList{u"QtSql"_s};
    QTest::newRow("core/store") << u"core/store"_s << QStringList{u"core"_s, u"core/store"_s} << gui + net;
    QTest::newRow("server") << u"server"_s << QStringList{u"core"_s, u"core/store"_s, u"server"_s} << gui;
    QTest::newRow("app") << u"app"_s << QStringList{u"core"_s, u"server"_s, u"app"_s}
                         << QStringList{u"QtSql"_s, u"QtHttpServer"_s};
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

void LayeringTest::linkListsPointDownwards_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("forbidden");
    QTest::newRow("core")
        << u"core/CMakeLists.txt"_s
        << u"^(entvas_(store|server|app|desktop)|Qt6::(Sql|Network|Gui|Widgets|Charts|HttpServer|WebSockets))$"_s;
    QTest::newRow("core/store")
        << u"core/store/CMakeLists.txt"_s
        << u"^(entvas_(server|app|desktop)|Qt6::(Network|Gui|Widgets|Charts|HttpServer|WebSockets))$"_s;
    QTest::newRow("server") << u"server/CMakeLists.txt"_s << u"^(entvas_(app|desktop)|Qt6::(Gui|Widgets|Charts))$"_s;
}

void LayeringTest::linkListsPointDownwards()
{
    QFETCH(QString, file);
    QFETCH(QString, forbidden);
    const QStringList links = linksOf(file);
    QVERIFY2(!links.isEmpty(), qPrintable(file + u" links nothing: the test would prove nothing"_s));
    QCOMPARE(links.filter(QRegularExpression(forbidden)), QStringList());
}

void LayeringTest::appKnowsOnlyTheDoorOfTheServer()
{
    QStringList broken;
    for (const QString &file : sourcesIn(u"app"_s))
        for (const QString &include : includesOf(file))
            if (include.startsWith(u"server/"_s) && !include.startsWith(u"server/api/"_s))
                broken.append(file + u" includes "_s + include);
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
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
