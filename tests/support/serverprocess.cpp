#include "tests/support/serverprocess.h"

#include "tests/support/freeport.h"

#include <csignal>
#include <QDir>
#include <QElapsedTimer>
#include <QTcpSocket>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::test {

ServerProcess::ServerProcess(QString program, QString databaseUrl)
    : m_program(std::move(program)), m_databaseUrl(std::move(databaseUrl)), m_port(freePort())
{
}

ServerProcess::~ServerProcess()
{
    if (isRunning())
        kill9();
}

bool ServerProcess::start(int ms)
{
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, m_directory.path());
    environment.insert(u"LOG_LEVEL"_s, u"warning"_s);
    environment.insert(u"LOG_FORMAT"_s, u"text"_s);
    environment.insert(u"DATABASE_URL"_s, m_databaseUrl); // it may hold a password
    for (auto it = m_environment.cbegin(); it != m_environment.cend(); ++it)
        environment.insert(it.key(), it.value());
    m_process->setProcessEnvironment(environment);
    m_process->setStandardErrorFile(m_directory.filePath(u"log"_s), QIODevice::Append);
    // A file that may grow no more is an error to write to, not the end of the process.
    m_process->setChildProcessModifier([] { std::signal(SIGXFSZ, SIG_IGN); });
    m_process->start(m_program, {u"--headless"_s, u"--port"_s, QString::number(m_port)});
    QElapsedTimer since;
    since.start();
    QByteArray out;
    while (!out.contains("entvas ready on")) {
        if (since.elapsed() > ms || m_process->state() == QProcess::NotRunning) {
            qWarning("the server did not start: %s", log().last(std::min<qsizetype>(log().size(), 2'000)).constData());
            return false;
        }
        m_process->waitForReadyRead(50);
        out += m_process->readAllStandardOutput();
    }
    return true;
}

void ServerProcess::kill9()
{
    m_process->kill();
    m_process->waitForFinished();
}

int ServerProcess::terminate(int ms)
{
    m_process->terminate();
    if (!m_process->waitForFinished(ms))
        return -1;
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
}

qint64 ServerProcess::residentBytes() const
{
    QFile file(u"/proc/%1/statm"_s.arg(pid()));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

int ServerProcess::descriptors() const
{
    return int(
        QDir(u"/proc/%1/fd"_s.arg(pid())).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size());
}

double ServerProcess::cpuSeconds() const
{
    QFile file(u"/proc/%1/stat"_s.arg(pid()));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' '); // the name may hold anything
    return double(fields.value(11).toLongLong() + fields.value(12).toLongLong()) / double(sysconf(_SC_CLK_TCK));
}

bool ServerProcess::setLimit(int resource, qint64 value) const
{
    rlimit old{};
    if (prlimit(pid_t(pid()), __rlimit_resource(resource), nullptr, &old) != 0)
        return false;
    const rlimit limit{value < 0 ? old.rlim_max : rlim_t(value), old.rlim_max};
    return prlimit(pid_t(pid()), __rlimit_resource(resource), &limit, nullptr) == 0;
}

QByteArray ServerProcess::log() const
{
    QFile file(m_directory.filePath(u"log"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

PlainAnswer getPlain(quint16 port, const QByteArray &path, int ms)
{
    QTcpSocket socket;
    QElapsedTimer since;
    since.start();
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(ms))
        return {};
    socket.write("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QByteArray bytes;
    while (socket.state() == QAbstractSocket::ConnectedState && since.elapsed() < ms) {
        socket.waitForReadyRead(int(std::max<qint64>(1, ms - since.elapsed())));
        bytes += socket.readAll();
    }
    const qsizetype head = bytes.indexOf("\r\n\r\n");
    return head < 0 ? PlainAnswer{} : PlainAnswer{bytes.split(' ').value(1).toInt(), bytes.mid(head + 4)};
}

int faultSeconds(int usual)
{
    const int asked = qEnvironmentVariableIntValue("ENTVAS_FAULT_SECONDS");
    return asked > 0 ? asked : usual;
}

} // namespace entvas::test
