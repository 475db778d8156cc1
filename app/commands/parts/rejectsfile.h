#pragma once

#include "core/base/result.h"

#include <QTemporaryFile>

namespace entvas {

// What an import leaves out, in FILE as soon as all of it is imported. Until then it has no name: an import that was
// stopped leaves none, and the next run of the same command finds the same records again.
class RejectsFile
{
public:
    explicit RejectsFile(const QString &name) : m_name(name), m_file(name + QStringLiteral(".XXXXXX")) {}

    // Fault::BadInput when FILE is there: nothing is ever replaced.
    Result<void> check() const;
    Result<void> open();
    Result<void> add(const QByteArray &line);
    Result<void> finish();

private:
    Failure failed() const;

    QString m_name;
    QTemporaryFile m_file;
};

} // namespace entvas
