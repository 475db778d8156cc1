#include "tests/bench/site.h"

#include "tests/bench/stock.h"

#include <QCoreApplication>
#include <QProcess>

using namespace Qt::StringLiterals;

namespace entvas::bench {

std::unique_ptr<test::TemporaryPostgres> &postgresServer()
{
    static std::unique_ptr<test::TemporaryPostgres> server;
    return server;
}

// Not where temporary files are, which may be memory.
Site::Site(Backend backend) : m_directory(QCoreApplication::applicationDirPath() + u"/store-XXXXXX"_s)
{
    if (backend == Sqlite) {
        m_url.path = m_directory.filePath(u"bench.db"_s);
        m_text = u"sqlite://"_s + m_url.path;
    } else {
        if (!postgresServer()) {
            auto server = std::make_unique<test::TemporaryPostgres>();
            server->setDurable(true);
            if (!check(server->start()))
                return;
            postgresServer() = std::move(server);
        }
        const Result<DatabaseUrl> url = postgresServer()->createDatabase();
        if (!url) {
            m_problem = url.failure().text;
            return;
        }
        m_url = url.value();
        m_text = test::TemporaryPostgres::toText(m_url);
    }
    m_server = std::make_unique<test::ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), m_text);
    start(); // makes the tables
}

void Site::start()
{
    if (m_problem.isEmpty() && !m_server->start(120'000))
        m_problem = u"the server does not start"_s;
}

void Site::stop()
{
    if (m_problem.isEmpty() && m_server->terminate(60'000) != 0)
        m_problem = u"the server does not end"_s;
}

void Site::fill(qint64 events)
{
    stop();
    if (m_problem.isEmpty())
        check(stock(m_url, events));
    start();
}

QByteArray Site::run(const QStringList &arguments)
{
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DATABASE_URL"_s, m_text);
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(ENTVAS_PROGRAM), arguments);
    if (!program.waitForFinished() || program.exitCode() != 0)
        m_problem = QString::fromUtf8(program.readAllStandardError()).trimmed();
    return program.readAllStandardOutput();
}

bool Site::check(const Result<void> &result)
{
    if (!result)
        m_problem = result.failure().text;
    return result.ok();
}

bool fails(benchmark::State &state, const Site &site)
{
    if (site.problem().isEmpty())
        return false;
    state.SkipWithError(qPrintable(site.problem()));
    for (auto _ : state) {
    }
    return true;
}

} // namespace entvas::bench
