#pragma once

#include "app/board/savedview.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QObject>
#include <QTimer>

namespace entvas {

// The views that a person saved, as files in one folder: NAME.json each. Files that somebody else puts there count too.
// Lives in the UI thread; files are small and read when asked for.
class ViewStore : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMostBytes = 256 * 1024; // of a file
    static constexpr qsizetype kMostViews = 200;

    explicit ViewStore(const QString &folder, QObject *parent = nullptr);
    static QString defaultFolder(); // of this person

    const QString &folder() const { return m_folder; }
    QStringList names() const { return m_names; } // sorted as people sort
    // Each fails with a sentence that says what to do. Saving under a name that is there replaces that view.
    Result<SavedView> load(const QString &name) const;
    Result<void> save(const SavedView &view);
    Result<void> remove(const QString &name);

    // Somebody's file, wherever it is.
    static Result<SavedView> read(const QString &path);
    static Result<void> write(const SavedView &view, const QString &path);

Q_SIGNALS:
    void changed(); // names()

private:
    void look();
    QString pathOf(const QString &name) const;

    QString m_folder;
    QStringList m_names;
    QHash<QString, QString> m_files; // by name
    QFileSystemWatcher m_watcher;
    QTimer m_soon; // an editor changes a file in several steps
};

} // namespace entvas
