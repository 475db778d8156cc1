#include "app/commands/parts/exportfile.h"

#include "core/base/filefault.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <sys/file.h>
#include <sys/stat.h>
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
    return {Fault::Unavailable, u"%1 can't be written: %2."_s.arg(partName(), m_file.errorString())};
}

QStringList ExportFile::names() const
{
    return isFile() ? QStringList{m_name, partName(), stateName()} : QStringList();
}

Result<void> ExportFile::mayBecome(bool mayReplace) const
{
    const QFileInfo info(m_name);
    if (info.exists() && !info.isFile())
        return {Fault::BadInput, u"%1 is not a file; name another one."_s.arg(m_name)};
    if (info.exists() && !mayReplace)
        return {Fault::BadInput, u"%1 is there already; name another file, or replace it with --force."_s.arg(m_name)};
    if (!QFileInfo(info.absolutePath()).isDir())
        return {Fault::BadInput, u"The folder %1 does not exist; make it first."_s.arg(info.absolutePath())};
    return {};
}

// As it is, and locked until it is closed.
Result<void> ExportFile::openPart(int flags)
{
    const QByteArray name = QFile::encodeName(partName());
    const int fd = ::open(name.constData(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0666);
    const Failure failure{faultOfFile(fd < 0 ? errno : 0),
                          u"%1 can't be written: %2."_s.arg(partName(), qt_error_string(errno))};
    if (fd < 0 || !m_file.open(fd, QIODevice::ReadWrite, QFile::AutoCloseHandle))
        return failure;
    struct stat opened = {};
    struct stat named = {};
    if (fstat(fd, &opened) != 0 || !S_ISREG(opened.st_mode))
        return {Fault::BadInput, u"%1 is not a file; remove it, or name another one."_s.arg(partName())};
    const bool isTaken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    // One that finished in between has given it its name.
    if (isTaken || lstat(name.constData(), &named) != 0 || named.st_ino != opened.st_ino)
        return {Fault::Unavailable,
                u"Another export to %1 is at work; wait for it, or name another file."_s.arg(m_name)};
    return {};
}

// Empty when it does not fit the part.
QJsonObject ExportFile::readState() const
{
    QFile kept(stateName());
    if (!kept.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject state = QJsonDocument::fromJson(kept.readAll()).object();
    const qint64 bytes = state.value("bytes"_L1).toInteger(-1);
    return bytes < 0 || m_file.size() < bytes ? QJsonObject() : state;
}

Result<void> ExportFile::open(bool mayReplace)
{
    if (!isFile())
        return {};
    if (const auto free = mayBecome(mayReplace); !free)
        return free;
    if (const auto opened = openPart(O_CREAT); !opened)
        return opened;
    if (!mayReplace && !readState().isEmpty()) {
        m_canGoOn = true;
        return {Fault::BadInput, u"%1 is there from an export that was interrupted; continue it (--resume), or begin "
                                 "again (--force)."_s.arg(partName())};
    }
    QFile::remove(stateName());
    return m_file.resize(0) ? Result<void>() : failed();
}

Result<QJsonObject> ExportFile::reopen(bool mayReplace)
{
    if (const auto free = mayBecome(mayReplace); !free)
        return free.failure();
    if (!QFileInfo::exists(partName()))
        return QJsonObject();
    if (const auto opened = openPart(0); !opened)
        return opened.failure();
    const QJsonObject state = readState();
    if (state.isEmpty()) {
        m_file.close();
        return state;
    }
    m_canGoOn = true;
    const qint64 bytes = state.value("bytes"_L1).toInteger();
    if (!m_file.resize(bytes) || !m_file.seek(bytes))
        return failed();
    return state;
}

void ExportFile::leave()
{
    if (!isFile() || m_canGoOn || !m_file.isOpen())
        return;
    QFile::remove(partName()); // while it is locked: afterwards it may be another's
    m_file.close();
}

// Its reader may never go on, so that we wait for room and look at the signal meanwhile. A pipe that has room
// takes so much at once.
Result<void> ExportFile::putOut(const QByteArray &bytes) const
{
    for (qsizetype at = 0; at < bytes.size();) {
        pollfd out{STDOUT_FILENO, POLLOUT, 0};
        if (poll(&out, 1, kLookMs) <= 0) {
            if (m_stopIsAsked && m_stopIsAsked())
                return {Fault::Internal,
                        u"Stopped while standard output was not read: what it has ends in the middle of an event."_s};
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
    // Of a disk that has room for a part only the next try says that it is full.
    for (qsizetype at = 0; at < bytes.size();) {
        const qint64 put = m_file.write(bytes.constData() + at, bytes.size() - at);
        if (put <= 0)
            return failed();
        at += put;
    }
    return {};
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
        return {Fault::Unavailable, u"%1 can't be written: %2."_s.arg(stateName(), kept.errorString())};
    m_canGoOn = true;
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
    // Whoever may not have it replaced was turned away before.
    if (std::rename(QFile::encodeName(partName()).constData(), QFile::encodeName(m_name).constData()) != 0)
        return {Fault::Storage, u"%1 can't be renamed to %2: %3."_s.arg(partName(), m_name, qt_error_string(errno))};
    m_file.close();
    QFile::remove(stateName());
    return {};
}

} // namespace entvas
