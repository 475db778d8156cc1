#pragma once

#include "core/model/settings.h"
#include "core/store/connection/dialect.h"
#include "core/store/connection/filewatch.h"
#include "core/store/connection/interrupter.h"
#include "core/store/connection/statements.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <QSqlDatabase>
#include <QSqlQuery>

namespace entvas {

class AnswerWatch;

// Gives the query's locks and buffers back, and keeps it prepared.
struct FinishQuery {
    void operator()(QSqlQuery *query) const { query->finish(); }
};
using Rows = std::unique_ptr<QSqlQuery, FinishQuery>;

struct Binding {
    QString placeholder; // ":name"
    QVariant value;      // a null QString is an empty text, not NULL
};

// One connection with its prepared statements. Made, used and destroyed in one thread.
// More than 25 functions: ten only give out a value or set one; both kinds of database are opened here.
class SqlConnection
{
public:
    explicit SqlConnection(DatabaseUrl url);
    ~SqlConnection();
    Q_DISABLE_COPY_MOVE(SqlConnection)

    const Dialect &dialect() const { return dialectOf(m_url.kind); }
    Statements &statements() { return m_statements; }
    const DatabaseUrl &url() const { return m_url; }
    // The file or the server, for people.
    QString where() const;

    // Before open(): a server that is frozen fails what is being asked as Fault::Unavailable, however long a question
    // may take otherwise. For commands; see AnswerWatch. SQLite: nothing.
    void watchAnswers() { m_watchesAnswers = true; }
    // Closes what is open first.
    Result<void> open();
    void close();

    // Before the first open(), for writers: from then on open() and transactions see that a SQLite file is still
    // the one at its path; see FileWatch.
    void watchFile() { m_isWatched = true; }
    // Fault::Unavailable once it is not. Nothing to do for PostgreSQL, and unless watched.
    Result<void> checkFile();
    bool isReplaced() const { return m_isReplaced; }
    // It is smaller now, and that is our doing.
    void acceptSize() { m_fileSize = m_fileWatch.size(); }

    // Runs a named statement, prepared once per connection. The rows end when the returned pointer does.
    Result<Rows> run(const QString &name, const QList<Binding> &bindings = {});
    // As run(), to the end; returns how many rows its RETURNING gave, 0 for a statement without. The database's own
    // count is not believed: a distributed PostgreSQL counts what INSERT … ON CONFLICT DO NOTHING left out.
    Result<int> change(const QString &name, const QList<Binding> &bindings = {});
    // What ended the rows: their end, or a failure on the way.
    Result<void> ended(const Rows &rows);
    // All statements of a named file, or one statement as text, without preparing.
    Result<void> runScript(const QString &name);
    Result<void> execute(const QString &sql);

    // PostgreSQL: `received` is called in this thread's event loop with the payload of each notification, as long as
    // the connection and `context` live.
    Result<void> listen(const QString &channel, QObject *context,
                        const std::function<void(const QString &payload)> &received);
    // After each statement on a connection that listens: Qt 6.4 looks for notifications that came with an answer only
    // here, and would leave them lying until the next one comes.
    Result<void> receive();

    // The rows of one statement as text, without preparing.
    Result<QSqlQuery> select(const QString &sql);

    // For other threads: what is being asked fails as Fault::Unavailable. May outlive us.
    const std::shared_ptr<Interrupter> &interrupter() const { return m_interrupter; }

    // The error behind the last failure.
    const QSqlError &lastError() const { return m_lastError; }
    // Proof that the database takes writes, as far as that is known without one. Fault::Unavailable when it does not.
    Result<void> checkWritable();
    // Not before a connection: the process that the database named when we connected; 0 = not known.
    // Another one than pg_backend_pid(): a connection pooler is in between.
    qint64 announcedBackendPid() const;

private:
    Result<void> prepareFile();
    std::optional<QSqlError> askForAnswer();
    Result<void> setUpFile();
    Result<QString> connectOptions() const;
    Result<void> checkSize();
    void saveLog();
    Failure failed(const QSqlError &error);

    DatabaseUrl m_url;
    Statements m_statements;
    QString m_name; // of the connection within Qt; empty while closed
    QSqlDatabase m_database;
    bool m_watchesAnswers = false;
    std::unique_ptr<AnswerWatch> m_watch;
    std::shared_ptr<Interrupter> m_interrupter = std::make_shared<Interrupter>();
    std::map<QString, QSqlQuery> m_prepared; // as many as there are SQL files
    QSqlError m_lastError;
    bool m_isWatched = false;
    bool m_isReplaced = false;
    FileWatch m_fileWatch;
    qint64 m_fileSize = 0; // the largest that was seen
};

} // namespace entvas
