#include "app/commands/exportfile.h"

#include <cstdio>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

ExportFile::ExportFile(const QString &name) : m_name(name)
{
    if (name.endsWith(".gz"_L1))
        m_packer = std::make_unique<GzipPacker>();
}

Failure ExportFile::failed() const
{
    if (!isFile())
        return {Fault::Storage, u"Standard output can't be written: %1."_s.arg(m_file.errorString())};
    return {Fault::Storage, u"%1 can't be written: %2."_s.arg(m_file.fileName(), m_file.errorString())};
}

Result<void> ExportFile::open(bool mayReplace)
{
    if (!isFile())
        return m_file.open(stdout, QIODevice::WriteOnly | QIODevice::Unbuffered) ? Result<void>() : failed();
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

Result<void> ExportFile::put(const QByteArray &bytes)
{
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
    if (!m_file.flush())
        return failed();
    if (!isFile())
        return {};
    if (fsync(m_file.handle()) != 0)
        return failed();
    m_file.close();
    QFile::remove(m_name); // whoever may not have it replaced was turned away before
    if (!m_file.rename(m_name))
        return {Fault::Storage, u"%1 can't be renamed to %2: %3."_s.arg(partName(), m_name, m_file.errorString())};
    QFile::remove(stateName());
    return {};
}

} // namespace entvas
