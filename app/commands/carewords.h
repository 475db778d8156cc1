#pragma once

#include "app/commands/progress.h"
#include "app/options.h"
#include "server/api/care.h"

#include <QMap>

namespace entvas {

// What the commands that care for the database share.

struct CareWords {
    QStringList plain;
    QMap<QString, QString> values; // without dashes
    QStringList switches;          // without dashes

    bool has(const QString &name) const { return switches.contains(name); }
    bool json() const { return has(QStringLiteral("json")); }
};
// --database-url, --config and --json are known to all. `valued` and `switches` with their dashes; `plain`: how many
// words without. Fault::BadInput names what is wrong.
Result<CareWords> readCareWords(const QString &command, const QStringList &arguments, const QStringList &valued,
                                const QStringList &switches, qsizetype plain, const QString &plainIs);
// The settings with what the words say.
Result<Settings> careSettings(Options options, const CareWords &words);
bool asksForHelp(const QStringList &arguments);

// Shows how far it is, and asks for the end when Ctrl+C was pressed.
class CareDisplay
{
public:
    explicit CareDisplay(const QString &unit) : m_unit(unit), m_progress(QString(), unit) {}
    CareProgress progress();
    void finish() { m_progress.finish(); }
    void clear() { m_progress.clear(); }

private:
    QString m_unit;
    StopFlag m_stop;
    Progress m_progress;
    int m_phase = -1;
};

QString sizeText(qint64 bytes);   // "1.2 GB"
QString countText(qint64 number); // "1,200,000"

// "1 key", "1,200 keys"
QString manyText(qint64 number, const QString &one, const QString &many);

} // namespace entvas
