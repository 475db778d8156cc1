#include "tests/docs/pages.h"

#include <algorithm>
#include <QDirIterator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas::test;

namespace {

QStringList pages()
{
    QStringList found;
    for (const QString &name : sourceDir().entryList({u"*.md"_s}, QDir::Files))
        found.append(name);
    for (const QString &name : QDir(sourceDir().filePath(u"docs"_s)).entryList({u"*.md"_s}, QDir::Files))
        found.append(u"docs/"_s + name);
    return found;
}

QString withoutCode(const QString &text)
{
    static const QRegularExpression block(u"^```.*?^```$"_s, QRegularExpression::MultilineOption |
                                                                 QRegularExpression::DotMatchesEverythingOption);
    return QString(text).remove(block);
}

// What a reader's browser makes of a heading.
QString anchorOf(const QString &heading)
{
    static const QRegularExpression others(u"[^\\w\\- ]"_s, QRegularExpression::UseUnicodePropertiesOption);
    return heading.toLower().remove(others).replace(u' ', u'-');
}

QStringList anchorsOf(const QString &page)
{
    static const QRegularExpression heading(u"^#+ (.*)$"_s, QRegularExpression::MultilineOption);
    QStringList anchors;
    for (auto it = heading.globalMatch(withoutCode(readSource(page))); it.hasNext();)
        anchors.append(anchorOf(it.next().captured(1)));
    return anchors;
}

// One step of a road: "1. `file`: `Class::function` …" or "1. `file`: `Class::function`, by the signal
// `Class::signal`".
struct Step {
    QString file;
    QString function;
    QString signal; // that leads here from the step before; empty: one of the two files includes the other's header
};

QList<Step> roadOf(const QString &title)
{
    static const QRegularExpression line(u"^\\d+\\. `([^`]+)`: `([^`]+)`(?:, by the signal `([^`]+)`)?"_s,
                                         QRegularExpression::MultilineOption);
    QList<Step> steps;
    for (auto it = line.globalMatch(sectionOf(readSource(u"ARCHITECTURE.md"_s), title)); it.hasNext();) {
        const auto match = it.next();
        steps.append({match.captured(1), match.captured(2), match.captured(3)});
    }
    return steps;
}

// The header that a source belongs to: its own, or the one of the class whose function it defines.
QString headerOf(const QString &file)
{
    return file.endsWith(u".cpp"_s) ? file.chopped(4) + u".h"_s : file;
}

QStringList includesOf(const QString &text)
{
    static const QRegularExpression include(u"#include \"([^\"]+)\""_s);
    QStringList headers;
    for (auto it = include.globalMatch(text); it.hasNext();)
        headers.append(it.next().captured(1));
    return headers;
}

// Itself, or by way of at most two headers.
bool includes(const QString &from, const QString &header)
{
    QSet<QString> reached;
    QStringList next{from, headerOf(from)};
    for (int step = 0; step < 3; ++step) {
        QStringList found;
        for (const QString &file : std::as_const(next))
            for (const QString &one : includesOf(readSource(file)))
                if (!reached.contains(one)) {
                    reached.insert(one);
                    found.append(one);
                }
        if (reached.contains(header))
            return true;
        next = found;
    }
    return false;
}

// The header that declares the function of a step, where a class is spread over several sources or has none.
QString declaringHeader(const QString &file, const QString &function)
{
    if (sourceDir().exists(headerOf(file)))
        return headerOf(file);
    const QString name = function.section(u"::"_s, 0, 0);
    const QRegularExpression declares(function.contains(u"::"_s) ? u"class %1\\b[^;]*\\{"_s.arg(name)
                                                                 : u"\\b%1\\("_s.arg(name));
    for (const QString &header : includesOf(readSource(file)))
        if (declares.match(readSource(header)).hasMatch())
            return header;
    return {};
}

bool defines(const QString &file, const QString &function)
{
    const QString text = readSource(file);
    if (text.contains(QRegularExpression(u"\\b%1\\("_s.arg(function))))
        return true;
    const QString name = function.section(u"::"_s, -1); // in the class itself
    return text.contains(QRegularExpression(u"\\b%1\\("_s.arg(name))) &&
           text.contains(
               QRegularExpression(u"\\b(?:class|struct) %1\\b[^;]*\\{"_s.arg(function.section(u"::"_s, 0, 0))));
}

bool isTied(const Step &one, const Step &other)
{
    const QString from = declaringHeader(one.file, one.function);
    const QString to = declaringHeader(other.file, other.function);
    return from == to || includes(one.file, to) || includes(from, to) || includes(other.file, from) ||
           includes(to, from);
}

// Where &Class::signal is connected by a file that knows both ends.
bool isConnected(const Step &from, const Step &to)
{
    const QString fromHeader = declaringHeader(from.file, from.function);
    const QString toHeader = declaringHeader(to.file, to.function);
    for (const QString &folder : {u"core"_s, u"server"_s, u"app"_s}) {
        QDirIterator it(sourceDir().filePath(folder), {u"*.cpp"_s, u"*.h"_s}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString file = sourceDir().relativeFilePath(it.next());
            if (!readSource(file).contains(QRegularExpression(u"&%1\\b"_s.arg(to.signal))))
                continue;
            const auto knows = [&](const QString &header, const QString &step) {
                return file == step || headerOf(file) == header || includes(file, header);
            };
            if (knows(fromHeader, from.file) && knows(toHeader, to.file))
                return true;
        }
    }
    return false;
}

} // namespace

// What can be said of the pages without running anything: every link, path and file name leads somewhere.
class DocumentationTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readmeIsShort();
    void linksLeadSomewhere();
    void pathsLeadSomewhere();
    void indexNamesEveryPage();
    void architectureNamesEveryWing();
    void brokenRoadsAreSeen();
    void roadsAreWhole_data();
    void roadsAreWhole();
    void othersNameOnlyWhatIsThere();
};

void DocumentationTest::readmeIsShort()
{
    const qsizetype lines = readSource(u"README.md"_s).count(u'\n');
    QVERIFY2(lines > 50 && lines <= 150, qPrintable(QString::number(lines)));
}

void DocumentationTest::linksLeadSomewhere()
{
    static const QRegularExpression link(u"\\]\\(([^)\\s]+)\\)"_s);
    QStringList broken;
    int seen = 0;
    for (const QString &page : pages()) {
        for (auto it = link.globalMatch(withoutCode(readSource(page))); it.hasNext();) {
            const QString target = it.next().captured(1);
            if (target.contains(u"://"_s) || target.startsWith(u"mailto:"_s))
                continue;
            ++seen;
            const QString path = target.section(u'#', 0, 0);
            const QString anchor = target.section(u'#', 1);
            const QString file = path.isEmpty() ? page : QDir::cleanPath(page + u"/../"_s + path);
            if (!sourceDir().exists(file) || (!anchor.isEmpty() && !anchorsOf(file).contains(anchor)))
                broken.append(page + u": "_s + target);
        }
    }
    QVERIFY(seen > 50);
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

// `core/…` and its like in backticks.
void DocumentationTest::pathsLeadSomewhere()
{
    static const QRegularExpression path(
        u"`((?:core|server|app|tests|packaging|resources|docs|\\.ci)(?:/[\\w.*-]+)*/?)[ `]"_s);
    QStringList broken;
    QMap<QString, int> seen;
    for (const QString &page : pages()) {
        if (page == u"CHANGELOG.md"_s)
            continue; // tells of what was
        for (auto it = path.globalMatch(withoutCode(readSource(page))); it.hasNext();) {
            const QString name = it.next().captured(1);
            ++seen[page];
            const bool isPattern = name.contains(u'*');
            const QDir folder(sourceDir().filePath(name.section(u'/', 0, -2)));
            if (isPattern ? folder.entryList({name.section(u'/', -1)}).isEmpty() : !sourceDir().exists(name))
                broken.append(page + u": "_s + name);
        }
    }
    QVERIFY(seen[u"ARCHITECTURE.md"_s] > 40);
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

void DocumentationTest::indexNamesEveryPage()
{
    const QString index = readSource(u"docs/README.md"_s);
    const QString readme = readSource(u"README.md"_s);
    for (const QString &name : QDir(sourceDir().filePath(u"docs"_s)).entryList(QDir::Files)) {
        if (name == u"README.md"_s)
            continue;
        QVERIFY2(index.contains(u"](%1)"_s.arg(name)), qPrintable(name));
        QVERIFY2(readme.contains(u"](docs/%1)"_s.arg(name)), qPrintable(name));
    }
}

void DocumentationTest::architectureNamesEveryWing()
{
    const QString text = readSource(u"ARCHITECTURE.md"_s);
    int wings = 0;
    for (const QString &layer : {u"core"_s, u"core/store"_s, u"server"_s, u"app"_s}) {
        for (const QString &wing : QDir(sourceDir().filePath(layer)).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString path = layer + u'/' + wing + u'/';
            ++wings;
            QVERIFY2(path == u"core/store/"_s || text.contains(u"| `%1` |"_s.arg(path)), qPrintable(path));
        }
    }
    QVERIFY(wings > 25);
}

void DocumentationTest::brokenRoadsAreSeen()
{
    const Step parsing{u"core/ingest/eventparser.cpp"_s, u"parseEvents"_s, {}};
    const Step drawing{u"app/widgets/chart/timelinechart.cpp"_s, u"TimelineChart::draw"_s, {}};
    const Step feed{u"app/feed/wsfeed.cpp"_s, u"WsFeed::drain"_s, u"WsLink::waiting"_s};
    QVERIFY(!isTied(parsing, drawing));
    QVERIFY(!isTied(feed, drawing));
    QVERIFY(!isConnected(parsing, feed));
    QVERIFY(!defines(parsing.file, drawing.function));
    QVERIFY(!defines(u"core/ingest/nowhere.cpp"_s, parsing.function));
}

void DocumentationTest::roadsAreWhole_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<int>("least");
    QTest::newRow("an event") << u"The first road: from POST to pixel"_s << 15;
    QTest::newRow("a click") << u"The second road: a click on a range"_s << 5;
}

void DocumentationTest::roadsAreWhole()
{
    QFETCH(QString, title);
    QFETCH(int, least);
    const QList<Step> road = roadOf(title);
    QVERIFY2(road.size() >= least, qPrintable(QString::number(road.size())));
    QStringList broken;
    for (qsizetype i = 0; i < road.size(); ++i) {
        const Step &step = road[i];
        if (!defines(step.file, step.function))
            broken.append(u"%1 has no %2"_s.arg(step.file, step.function));
        if (i == 0)
            continue;
        const Step &before = road[i - 1];
        if (step.signal.isEmpty() ? !isTied(before, step) : !isConnected(before, step))
            broken.append(u"nothing leads from %1 to %2 %3"_s.arg(before.file, step.file, step.signal));
    }
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

// What is packaged, and what the program says, refers to pages and files by name.
void DocumentationTest::othersNameOnlyWhatIsThere()
{
    static const QRegularExpression name(u"(?<![\\w/.-])((?:docs/|packaging/)[\\w./-]*\\w|[A-Z]+\\.md)(?![\\w/])"_s);
    static const QRegularExpression installed(u"/usr/share/doc|share/doc"_s);
    QStringList broken;
    int seen = 0;
    for (const QString &folder : {u"packaging"_s, u"core"_s, u"server"_s, u"app"_s}) {
        QDirIterator it(sourceDir().filePath(folder), QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString file = sourceDir().relativeFilePath(it.next());
            for (const QString &line : readSource(file).split(u'\n')) {
                if (line.contains(installed) || line.contains(u"docker/secrets"_s)) // made by make-secrets
                    continue;
                for (auto found = name.globalMatch(line); found.hasNext();) {
                    const QString path = found.next().captured(1);
                    ++seen;
                    if (!sourceDir().exists(path))
                        broken.append(file + u": "_s + path);
                }
            }
        }
    }
    QVERIFY(seen > 10);
    QVERIFY2(broken.isEmpty(), qPrintable(broken.join(u'\n')));
}

QTEST_GUILESS_MAIN(DocumentationTest)
#include "tst_documentation.moc"
