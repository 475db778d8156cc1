#include "app/commands/parts/rejectsfile.h"

#include "core/base/filefault.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace entvas {

Failure RejectsFile::failed() const
{
    return {Fault::Unavailable, u"%1 can't be written: %2."_s.arg(m_name, m_file.errorString())};
}

Result<void> RejectsFile::check() const
{
    const QFileInfo info(m_name);
    if (info.exists() || info.isSymLink())
        return {Fault::BadInput, u"import: %1 is there already: choose another name for the rejects, or remove it. "
                                 "Nothing was imported."_s.arg(m_name)};
    return {};
}

Result<void> RejectsFile::open()
{
    const QFileInfo info(m_name);
    if (!QFileInfo(info.absolutePath()).isDir())
        return {Fault::BadInput,
                u"The folder %1 does not exist; make it first. Nothing was imported."_s.arg(info.absolutePath())};
    errno = 0;
    if (!m_file.open())
        return {faultOfFile(errno), failed().text + u" Nothing was imported."_s};
    return {};
}

Result<void> RejectsFile::add(const QByteArray &line)
{
    return m_file.write(line) == line.size() ? Result<void>() : failed();
}

Result<void> RejectsFile::finish()
{
    if (!m_file.flush())
        return failed();
    m_file.setAutoRemove(false);
    if (!m_file.rename(m_name)) // which replaces nothing
        return {Fault::Storage, u"All is imported, but the rejects can't be named %1 (%2); they are in %3."_s.arg(
                                    m_name, m_file.errorString(), m_file.fileName())};
    return {};
}

} // namespace entvas
