#pragma once

#include <optional>
#include <QStringList>

namespace entvas {

// The reports about crashes that are kept, and which of them were shown. See crashreport.
class CrashFolder
{
public:
    static constexpr qsizetype kMostReports = 10; // the oldest go

    // $STATE_DIRECTORY, which systemd makes for a service; else $XDG_STATE_HOME/entvas, by default
    // ~/.local/state/entvas. Empty where there is no home.
    static QString usual();

    explicit CrashFolder(QString path) : m_path(std::move(path)) {}

    const QString &path() const { return m_path; }
    QStringList reports() const; // whole paths, newest first
    // Forgets all but the newest.
    void trim() const;
    // The newest report, unless it was shown already.
    std::optional<QString> unseen() const;
    void markShown() const;

private:
    QString m_path;
};

} // namespace entvas
