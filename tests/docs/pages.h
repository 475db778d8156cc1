#pragma once

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStringList>

// What the tests read of the project's own pages, in Markdown as we write it.
namespace entvas::test {

inline const QDir &sourceDir()
{
    static const QDir root(QString::fromUtf8(ENTVAS_SOURCE_DIR));
    return root;
}

// Empty when there is no such file.
inline QString readSource(const QString &path)
{
    QFile file(sourceDir().filePath(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// Cells without the marks of code; rows in order, the head and the line below it left out.
struct PageTable {
    QStringList head;
    QList<QStringList> rows;
    // The column called `name` of all rows.
    QStringList column(const QString &name) const
    {
        QStringList cells;
        for (const QStringList &row : rows)
            cells.append(row.value(head.indexOf(name)));
        return cells;
    }
};

inline QStringList cellsOf(const QString &line)
{
    static const QRegularExpression border(QStringLiteral("(?<!\\\\)\\|"));
    QStringList cells = line.trimmed().split(border);
    cells = cells.mid(1, cells.size() - 2);
    for (QString &cell : cells)
        cell = cell.trimmed().remove(u'`').replace(QStringLiteral("\\|"), QStringLiteral("|"));
    return cells;
}

inline QList<PageTable> tablesOf(const QString &text)
{
    QList<PageTable> tables;
    bool isInside = false;
    for (const QString &line : text.split(u'\n')) {
        const bool isRow = line.startsWith(u'|');
        if (isRow && !isInside)
            tables.append({cellsOf(line), {}});
        else if (isRow && !line.startsWith(QStringLiteral("|--")))
            tables.last().rows.append(cellsOf(line));
        isInside = isRow;
    }
    return tables;
}

// What stands below the heading `title` up to the next one of its level or above; code blocks are no headings.
inline QString sectionOf(const QString &text, const QString &title)
{
    static const QRegularExpression heading(QStringLiteral("^(#+) (.*)$"));
    QString found;
    qsizetype level = 0;
    bool isCode = false;
    for (const QString &line : text.split(u'\n')) {
        isCode = isCode != line.startsWith(QStringLiteral("```"));
        const auto match = isCode ? QRegularExpressionMatch() : heading.match(line);
        if (level > 0 && match.hasMatch() && match.captured(1).size() <= level)
            break;
        if (level > 0)
            found += line + u'\n';
        else if (match.hasMatch() && match.captured(2) == title)
            level = match.captured(1).size();
    }
    return found;
}

// The code blocks of a language.
inline QStringList blocksOf(const QString &text, const QString &language)
{
    const QRegularExpression block(QStringLiteral("^```%1\\n(.*?)^```$").arg(language),
                                   QRegularExpression::MultilineOption |
                                       QRegularExpression::DotMatchesEverythingOption);
    QStringList blocks;
    for (auto it = block.globalMatch(text); it.hasNext();)
        blocks.append(it.next().captured(1));
    return blocks;
}

// A part that repeats what the program says: between <!-- begin: name --> and <!-- end: name -->.
inline QString beginMark(const QString &name)
{
    return QStringLiteral("<!-- begin: %1 -->\n").arg(name);
}
inline QString endMark(const QString &name)
{
    return QStringLiteral("<!-- end: %1 -->").arg(name);
}
inline QString regionOf(const QString &text, const QString &name)
{
    const qsizetype begin = text.indexOf(beginMark(name));
    const qsizetype end = text.indexOf(endMark(name));
    const qsizetype from = begin + beginMark(name).size();
    return begin < 0 || end < from ? QString() : text.mid(from, end - from);
}

// Whether the page says word for word what it should. With ENTVAS_WRITE_DOCS=1 it is made to say so.
inline bool saysExactly(const QString &page, const QString &name, const QString &wanted)
{
    const QString text = readSource(page);
    if (regionOf(text, name) == wanted)
        return true;
    const qsizetype begin = text.indexOf(beginMark(name));
    const qsizetype end = text.indexOf(endMark(name));
    if (begin < 0 || end < begin || qEnvironmentVariable("ENTVAS_WRITE_DOCS") != QStringLiteral("1")) {
        qWarning("%s should say under \"%s\" (ENTVAS_WRITE_DOCS=1 writes it):\n%s", qPrintable(page), qPrintable(name),
                 qPrintable(wanted));
        return false;
    }
    QFile file(sourceDir().filePath(page));
    const QString fresh = text.left(begin + beginMark(name).size()) + wanted + text.mid(end);
    return file.open(QIODevice::WriteOnly) && file.write(fresh.toUtf8()) >= 0;
}

// A row of a table; a bar inside a cell would end it.
inline QString rowOf(const QStringList &cells)
{
    QStringList safe;
    for (const QString &cell : cells)
        safe.append(QString(cell).replace(u'|', QStringLiteral("\\|")));
    return QStringLiteral("| %1 |\n").arg(safe.join(QStringLiteral(" | ")));
}

} // namespace entvas::test
