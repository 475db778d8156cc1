#pragma once

#include "core/base/result.h"

namespace entvas {

class SqlConnection;

// A transaction that undoes itself: an early return rolls back, and so does a commit that fails.
class Transaction
{
public:
    explicit Transaction(SqlConnection &connection) : m_connection(connection) {}
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    // `how` names the statement. begin_write takes the write lock where the dialect has one.
    Result<void> begin(const QString &how = QStringLiteral("begin_write"));
    Result<void> commit();

private:
    SqlConnection &m_connection;
    bool m_open = false;
};

} // namespace entvas
