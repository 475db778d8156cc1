#pragma once

#include "core/base/result.h"

#include <QHash>
#include <QStringList>

namespace entvas {

// The SQL of one dialect by name: ":/sql/<folder>/<name>.sql". Comment lines (--) are taken out, since Qt looks for
// placeholders in them too. One object per connection; not shared between threads.
class Statements
{
public:
    explicit Statements(const QString &folder);

    // Fault::Internal when there is no such file.
    Result<QString> text(const QString &name);
    // A statement that is made from the database's own catalogue, under a name that no file has.
    void define(const QString &name, const QString &sql) { m_texts.insert(name, sql); }
    // The statements of a file with several: each ends with a semicolon at the end of a line.
    Result<QStringList> script(const QString &name);
    // Names of the numbered migrations, in order: "001_initial", …
    QStringList migrations() const;

private:
    QString m_folder;
    QHash<QString, QString> m_texts; // as many as there are files, and a few for each table
};

} // namespace entvas
