#include "app/commands/exportfile.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kLookMs = 100; // at the signal, while standard output takes nothing

} // namespace

ExportFile::ExportFile(const QString &name) : m_name(name)
{
    if (name.endsWith(".gz"_L1))
        m_packer = std::make_unique<GzipPacker>();
}

Failure ExportFile::failed() const
{
    return {Fault::Storage, u"%1 can't be written: %2."_s.arg(m_file.fileName(), m_file.errorString())};
}

Result<void> ExportFile::open(bool mayReplace)
{
    if (!isFile())
        return {};
    if (QFileInfo::exists(m_name) && !mayReplace)
        return {Fault::BadInput, u"%1 is there already; name another file, or replace it with --force."_s.arg(m_name)};
    if (QFileInfo::exists(partName()) && !mayReplace)
        return {Fault::BadInput, u"%1 is there from an export that was broken off; go on with it (--resume), or begin "
                                 "again (--force)."_s.arg(partName())};
    QFile::remove(stateName());
    m_file.setFileName(partName());
    return m_file.open(QIODevice::WriteOnly | QIODevice::Truncate) ? Result<void>() : failed();
}

Result<QJsonObject> ExportFile::reopen(bool mayReplace)
{
    if (QFileInfo::exists(m_name) && !mayReplace)
        return {Fault::BadInput, u"%1 is there already; name another file, or replace it with --force."_s.arg(m_name)};
    QFile kept(stateName());
    m_file.setFileName(partName());
    if (!kept.open(QIODevice::ReadOnly) || !m_file.exists())
        return QJsonObject();
    const QJsonObject state = QJsonDocument::fromJson(kept.readAll()).object();
    const qint64 bytes = state.value("bytes"_L1).toInteger(-1);
    if (bytes < 0 || m_file.size() < bytes)
        return {Fault::BadInput,
                u"%1 and %2 don't belong together; begin again with --force."_s.arg(partName(), stateName())};
    if (!m_file.open(QIODevice::ReadWrite) || !m_file.resize(bytes) || !m_file.seek(bytes))
        return failed();
    return state;
}

bool ExportFile::hasPart() const
{
    return QFileInfo::exists(partName());
}

// Whoever reads it may never go on, so that we wait for room and look at the signal meanwhile. A pipe that has room
// takes so much at once.
Result<void> ExportFile::putOut(const QByteArray &bytes) const
{
    for (qsizetype at = 0; at < bytes.size();) {
        pollfd out{STDOUT_FILENO, POLLOUT, 0};
        if (poll(&out, 1, kLookMs) <= 0) {
            if (m_stopIsAsked && m_stopIsAsked())
                return {Fault::Internal,
                        u"Stopped while nobody read standard output: what it has ends in the middle of an event."_s};
            continue;
        }
        const ssize_t put =
            ::write(STDOUT_FILENO, bytes.data() + at, std::min<size_t>(PIPE_BUF, size_t(bytes.size() - at)));
        if (put > 0)
            at += put;
        else if (errno != EINTR && errno != EAGAIN)
            return {Fault::Storage, u"Standard output can't be written: %1."_s.arg(qt_error_string(errno))};
    }
    return {};
}

Result<void> ExportFile::put(const QByteArray &bytes)
{
    if (!isFile())
        return putOut(bytes);
    return m_file.write(bytes) == bytes.size() ? Result<void>() : failed();
}

Result<void> ExportFile::write(const QByteArray &text)
{
    return put(m_packer ? m_packer->add(text) : text);
}

Result<void> ExportFile::checkpoint(const QJsonObject &state)
{
    if (!isFile())
        return {};
    if (m_packer)
        if (const Result<void> put = this->put(m_packer->endMember()); !put)
            return put;
    if (!m_file.flush() || fdatasync(m_file.handle()) != 0)
        return failed();
    QJsonObject all = state;
    all.insert(u"bytes"_s, m_file.pos());
    QSaveFile kept(stateName());
    if (!kept.open(QIODevice::WriteOnly) || kept.write(QJsonDocument(all).toJson()) < 0 || !kept.commit())
        return {Fault::Storage, u"%1 can't be written: %2."_s.arg(stateName(), kept.errorString())};
    return {};
}

Result<void> ExportFile::finish()
{
    if (m_packer)
        if (const Result<void> put = this->put(m_packer->endMember()); !put)
            return put;
    if (!isFile())
        return {};
    if (!m_file.flush() || fsync(m_file.handle()) != 0)
        return failed();
    m_file.close();
    QFile::remove(m_name); // whoever may not have it replaced was turned away before
    if (!m_file.rename(m_name))
        return {Fault::Storage, u"%1 can't be renamed to %2: %3."_s.arg(partName(), m_name, m_file.errorString())};
    QFile::remove(stateName());
    return {};
}

} // namespace entvas
