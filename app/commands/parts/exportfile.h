#pragma once

#include "core/base/result.h"
#include "core/file/gzip.h"

#include <functional>
#include <QFile>
#include <QJsonObject>

namespace entvas {

// Where an export goes: standard output, or FILE by way of FILE.part, which becomes FILE at the end only. Beside it
// FILE.part.state says, at checkpoints, how far that part is good and how to go on: so an export that was interrupted,
// however that happened, continues without a gap and without an event twice.
class ExportFile
{
public:
    // `name` empty = standard output. Packed with gzip where it ends in .gz.
    explicit ExportFile(const QString &name);

    // Every name that it writes to; none for standard output.
    QStringList names() const;
    // Fault::BadInput when FILE is there and may not be replaced, or a part that could be continued is there and that
    // was not asked for; one that could not is worth nothing, and replaced. Fault::Unavailable while another export
    // writes it.
    Result<void> open(bool mayReplace);
    // What checkpoint() kept, after cutting the part to where it was good; empty when there is nothing to go on from:
    // no part, or none with a state that fits it.
    Result<QJsonObject> reopen(bool mayReplace);
    // Whether what was written so far can be continued.
    bool canGoOn() const { return m_canGoOn; }
    // After a failure: takes the part away, unless it can be continued.
    void leave();
    // Asked while standard output takes nothing: true ends the write, as Fault::Internal.
    void stopWhen(std::function<bool()> isAsked) { m_stopIsAsked = std::move(isAsked); }
    Result<void> write(const QByteArray &text);
    Result<void> checkpoint(const QJsonObject &state);
    Result<void> finish();

    bool isFile() const { return !m_name.isEmpty(); }

private:
    QString partName() const { return m_name + QStringLiteral(".part"); }
    QString stateName() const { return m_name + QStringLiteral(".part.state"); }
    Result<void> mayBecome(bool mayReplace) const;
    Result<void> openPart(int flags);
    QJsonObject readState() const;
    Result<void> put(const QByteArray &bytes);
    Result<void> putOut(const QByteArray &bytes) const;
    Failure failed() const;

    QString m_name;
    QFile m_file; // the part, locked
    bool m_canGoOn = false;
    std::unique_ptr<GzipPacker> m_packer;
    std::function<bool()> m_stopIsAsked;
};

} // namespace entvas
