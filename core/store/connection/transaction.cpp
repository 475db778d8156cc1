#include "core/store/connection/transaction.h"

#include "core/store/connection/sqlconnection.h"

using namespace Qt::StringLiterals;

namespace entvas {

Transaction::~Transaction()
{
    // On a dead connection this fails, and the server has rolled back by itself.
    if (m_open)
        (void)m_connection.execute(u"ROLLBACK"_s);
}

Result<void> Transaction::begin(const QString &how)
{
    if (const Result<void> there = m_connection.checkFile(); !there)
        return there;
    const Result<void> begun = m_connection.runScript(how);
    m_open = begun.ok();
    return begun;
}

Result<void> Transaction::commit()
{
    const Result<void> done = m_connection.execute(u"COMMIT"_s);
    if (!done)
        return done;
    m_open = false;
    return m_connection.checkFile(); // else it is in a file that is not at its path any more
}

} // namespace entvas
