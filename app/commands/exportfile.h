#pragma once

#include "core/gzippieces.h"
#include "core/result.h"

#include <functional>
#include <QFile>
#include <QJsonObject>

namespace entvas {

// Where an export goes: standard output, or FILE by way of FILE.part, which becomes FILE at the end only. Beside it
// FILE.part.state says, at checkpoints, how far that part is good and how to go on: so an export that was broken off,
// however that happened, continues without a gap and without an event twice.
class ExportFile
{
public:
    // `name` empty = standard output. Packed with gzip where it ends in .gz.
    explicit ExportFile(const QString &name);

    // Fault::BadInput when FILE is there and may not be replaced, or a part is there and nobody asked to go on.
    Result<void> open(bool mayReplace);
    // What checkpoint() kept, after cutting the part to where it was good; empty when there is nothing to go on from:
    // no part, or one that was broken off ahead of the first checkpoint.
    Result<QJsonObject> reopen(bool mayReplace);
    bool hasPart() const;
    // Asked while standard output takes nothing: true ends the write, as Fault::Internal.
    void stopWhen(std::function<bool()> isAsked) { m_stopIsAsked = std::move(isAsked); }
    Result<void> write(const QByteArray &text);
    Result<void> checkpoint(const QJsonObject &state);
    Result<void> finish();

    bool isFile() const { return !m_name.isEmpty(); }

private:
    QString partName() const { return m_name + QStringLiteral(".part"); }
    QString stateName() const { return m_name + QStringLiteral(".part.state"); }
    Result<void> put(const QByteArray &bytes);
    Result<void> putOut(const QByteArray &bytes) const;
    Failure failed() const;

    QString m_name;
    QFile m_file;
    std::unique_ptr<GzipPacker> m_packer;
    std::function<bool()> m_stopIsAsked;
};

} // namespace entvas
