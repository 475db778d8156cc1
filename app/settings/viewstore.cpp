#include "app/settings/viewstore.h"

#include <algorithm>
#include <QCollator>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
const auto kSuffix = u".json"_s;
constexpr int kSettleMs = 200;

// Back from pathOf(). Somebody else's % that is not followed by two digits stands for itself.
QString nameOf(const QString &file)
{
    static const QRegularExpression kCode(u"%([0-9A-Fa-f]{2})"_s);
    QString name;
    qsizetype done = 0;
    for (auto match = kCode.globalMatch(file); match.hasNext();) {
        const QRegularExpressionMatch code = match.next();
        name += file.mid(done, code.capturedStart() - done) + QChar(code.captured(1).toUShort(nullptr, 16));
        done = code.capturedEnd();
    }
    return name + file.mid(done);
}
} // namespace

ViewStore::ViewStore(const QString &folder, QObject *parent) : QObject(parent), m_folder(folder)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSettleMs);
    connect(&m_soon, &QTimer::timeout, this, &ViewStore::look);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_soon, qOverload<>(&QTimer::start));
    look();
}

QString ViewStore::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/entvas/views"_s;
}

// Any name makes a file name: what file systems do not like is written in percent.
QString ViewStore::pathOf(const QString &name) const
{
    if (const QString known = m_files.value(name); !known.isEmpty())
        return m_folder + u'/' + known; // somebody else may have named it
    QString file;
    for (const QChar c : name) {
        const bool isHard = c < u' ' || c.unicode() == 0x7f || u"/\\:*?\"<>|%"_s.contains(c);
        if (isHard || (file.isEmpty() && c == u'.'))
            file += u"%%1"_s.arg(c.unicode(), 2, 16, QChar(u'0')).toUpper();
        else
            file += c;
    }
    return m_folder + u'/' + file + kSuffix;
}

void ViewStore::look()
{
    if (QDir(m_folder).exists() && m_watcher.directories().isEmpty())
        m_watcher.addPath(m_folder);
    QHash<QString, QString> found;
    const QStringList files = QDir(m_folder).entryList({u'*' + kSuffix}, QDir::Files | QDir::Readable, QDir::Name);
    for (const QString &file : files.mid(0, kMostViews))
        found.insert(nameOf(file.chopped(kSuffix.size())), file);
    m_files = found;
    QStringList names = found.keys();
    // The C locale compares bytes; people count in any.
    QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    std::sort(names.begin(), names.end(), collator);
    if (names == m_names)
        return;
    m_names = names;
    Q_EMIT changed();
}

Result<SavedView> ViewStore::load(const QString &name) const
{
    Result<SavedView> view = read(pathOf(name));
    if (view)
        view->name = name; // the file's name counts: it may have been copied
    return view;
}

Result<void> ViewStore::save(const SavedView &view)
{
    if (view.name.trimmed().isEmpty() || view.name.size() > kMostViewNameChars)
        return Failure{Fault::BadInput, tr("A name of 1 to %1 characters is needed.").arg(kMostViewNameChars)};
    if (m_names.size() >= kMostViews && !m_names.contains(view.name))
        return Failure{Fault::TooLarge, tr("The limit of %1 views is reached: remove one first.").arg(kMostViews)};
    if (!QDir().mkpath(m_folder))
        return Failure{Fault::Storage, tr("The folder %1 can't be created.").arg(QDir::toNativeSeparators(m_folder))};
    const Result<void> written = write(view, pathOf(view.name));
    if (written)
        look();
    return written;
}

Result<void> ViewStore::remove(const QString &name)
{
    QFile file(pathOf(name));
    if (!file.remove())
        return Failure{
            Fault::Storage,
            tr("%1 can't be removed: %2.").arg(QDir::toNativeSeparators(file.fileName()), file.errorString())};
    look();
    return {};
}

Result<SavedView> ViewStore::read(const QString &path)
{
    const QString shown = QDir::toNativeSeparators(path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Failure{Fault::NotFound, tr("%1 can't be read: %2.").arg(shown, file.errorString())};
    const QByteArray text = file.read(kMostBytes + 1);
    if (text.size() > kMostBytes)
        return Failure{Fault::TooLarge, tr("%1 is too large for a view.").arg(shown)};
    Result<SavedView> view = savedViewFromText(text);
    if (!view)
        return Failure{Fault::BadInput, tr("%1 is invalid: %2").arg(shown, view.failure().text)};
    return view;
}

Result<void> ViewStore::write(const SavedView &view, const QString &path)
{
    QSaveFile file(path);
    const QByteArray text = toText(view);
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
        return {};
    return Failure{Fault::Storage,
                   tr("%1 can't be written: %2.").arg(QDir::toNativeSeparators(path), file.errorString())};
}

} // namespace entvas
