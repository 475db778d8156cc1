#include "app/account/vault.h"

#include "core/base/log.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <qt6keychain/keychain.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

const QString kService = u"entvas"_s;
const QString kServersKey = u"accounts/servers"_s;
const QString kProbeKey = u"probe"_s; // never written
const QString kOpenKey = u"open"_s;   // see openKeyring()

QString toText(const ServerSecrets &secrets)
{
    QJsonArray logins;
    for (const SavedLogin &login : secrets.logins)
        logins.append(QJsonObject{{u"issuer"_s, login.issuer},
                                  {u"clientId"_s, login.clientId},
                                  {u"subject"_s, login.subject},
                                  {u"name"_s, login.name},
                                  {u"email"_s, login.email},
                                  {u"refreshToken"_s, login.refreshToken}});
    const QJsonObject all{
        {u"viewerToken"_s, secrets.viewerToken}, {u"current"_s, secrets.current}, {u"logins"_s, logins}};
    return QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

ServerSecrets fromText(const QString &text)
{
    const QJsonObject all = QJsonDocument::fromJson(text.toUtf8()).object();
    ServerSecrets secrets{all["viewerToken"_L1].toString(), all["current"_L1].toString(), {}};
    const QJsonArray logins = all["logins"_L1].toArray();
    for (const QJsonValue &json : logins) {
        const SavedLogin login{json["issuer"_L1].toString(),  json["clientId"_L1].toString(),
                               json["subject"_L1].toString(), json["name"_L1].toString(),
                               json["email"_L1].toString(),   json["refreshToken"_L1].toString()};
        if (!login.subject.isEmpty() && secrets.logins.size() < ServerSecrets::kMostLogins)
            secrets.logins.append(login);
    }
    return secrets;
}

QString keyOf(const QUrl &server)
{
    return server.toString(QUrl::RemoveUserInfo | QUrl::StripTrailingSlash);
}

} // namespace

const SavedLogin *ServerSecrets::inUse() const
{
    const auto found =
        std::find_if(logins.begin(), logins.end(), [this](const SavedLogin &one) { return one.subject == current; });
    return found == logins.end() ? nullptr : &*found;
}

const SavedLogin *ServerSecrets::login(const SavedLogin &same) const
{
    const auto found =
        std::find_if(logins.begin(), logins.end(), [&same](const SavedLogin &one) { return one.isSame(same); });
    return found == logins.end() ? nullptr : &*found;
}

void ServerSecrets::put(const SavedLogin &login)
{
    logins.removeIf([&login](const SavedLogin &other) { return other.isSame(login); });
    logins.prepend(login);
    logins.resize(std::min(logins.size(), kMostLogins));
    current = login.subject;
}

void ServerSecrets::remove(const SavedLogin &login)
{
    if (const SavedLogin *used = inUse(); used && used->isSame(login))
        current.clear();
    logins.removeIf([&login](const SavedLogin &other) { return other.isSame(login); });
}

Vault::Vault(QObject *parent, int patienceMs) : QObject(parent)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(patienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        log::warning("vault", u"the keyring does not answer; logins are kept in memory only"_s);
        ++m_job; // its answer comes too late
        setKeeping(Keeping::Memory);
        change(m_known.value(m_tasks.head().server));
    });
}

Vault::~Vault() = default;

void Vault::read(const QUrl &server, QObject *context, Done done)
{
    add({server, {}, context, std::move(done)});
}

void Vault::update(const QUrl &server, Change change, QObject *context, Done done)
{
    add({server, std::move(change), context, std::move(done)});
}

void Vault::probe()
{
    if (m_keeping == Keeping::Unknown)
        add({{}, {}, this, {}});
}

void Vault::add(Task task)
{
    if (m_tasks.size() >= kMostTasks)
        setKeeping(Keeping::Memory); // the keyring is stuck, and each task then ends at once
    m_tasks.enqueue(std::move(task));
    QMetaObject::invokeMethod(this, &Vault::next, Qt::QueuedConnection);
}

void Vault::next()
{
    if (m_isBusy || m_tasks.isEmpty())
        return;
    m_isBusy = true;
    const Task &task = m_tasks.head();
    const bool isProbe = task.server.isEmpty();
    const bool hasEntry = QSettings().value(kServersKey).toStringList().contains(keyOf(task.server));
    if (m_keeping == Keeping::Memory || (!isProbe && !hasEntry))
        return change(m_known.value(task.server));
    m_isOpened = false;
    askForEntry();
}

void Vault::askForEntry()
{
    const QUrl &server = m_tasks.head().server;
    auto *job = new QKeychain::ReadPasswordJob(kService);
    job->setKey(server.isEmpty() ? kProbeKey : keyOf(server));
    start(job, [this](QKeychain::Job *finished) { onRead(finished); });
}

// Only writing tells a locked keyring from an empty one. What is written means nothing, and goes again.
void Vault::openKeyring()
{
    m_isOpened = true;
    auto *job = new QKeychain::WritePasswordJob(kService);
    job->setKey(kOpenKey);
    job->setTextData(u"-"_s);
    start(job, [this](QKeychain::Job *written) {
        if (written->error() != QKeychain::NoError) {
            log::warning("vault", u"the keyring stays locked; logins are kept in memory only"_s,
                         {{u"reason"_s, written->errorString()}});
            setKeeping(Keeping::Memory);
            return change(m_known.value(m_tasks.head().server));
        }
        auto *removal = new QKeychain::DeletePasswordJob(kService);
        removal->setKey(kOpenKey);
        start(removal, [this](QKeychain::Job *) { askForEntry(); });
    });
}

void Vault::start(QKeychain::Job *job, std::function<void(QKeychain::Job *)> finished)
{
    // It deletes itself, also where it ends after us: a prompt of the keyring can't be called back.
    connect(job, &QKeychain::Job::finished, this,
            [this, number = ++m_job, finished = std::move(finished)](QKeychain::Job *ended) {
                if (number != m_job)
                    return;
                m_patience.stop();
                finished(ended);
            });
    m_patience.start();
    job->start();
}

void Vault::onRead(QKeychain::Job *job)
{
    const Task &task = m_tasks.head();
    ServerSecrets secrets = m_known.value(task.server);
    switch (job->error()) {
    case QKeychain::NoError: {
        const QString text = static_cast<QKeychain::ReadPasswordJob *>(job)->textData();
        if (text.size() <= kMostBytes && !task.server.isEmpty())
            secrets = fromText(text);
        setKeeping(Keeping::Keyring);
        break;
    }
    case QKeychain::EntryNotFound: // locked ones say the same, and a change would overwrite what is behind the lock
        if (task.change && !m_isOpened)
            return openKeyring();
        setKeeping(Keeping::Keyring);
        break;
    default:
        log::warning("vault", u"no keyring; logins are kept in memory only"_s, {{u"reason"_s, job->errorString()}});
        setKeeping(Keeping::Memory);
    }
    change(std::move(secrets));
}

void Vault::change(ServerSecrets secrets)
{
    const Task &task = m_tasks.head();
    if (task.server.isEmpty())
        return finish();
    const ServerSecrets before = secrets;
    if (task.change)
        task.change(secrets);
    if (!m_known.contains(task.server) && m_known.size() >= kMostServers)
        m_known.clear();
    m_known.insert(task.server, secrets);
    if (secrets == before || m_keeping == Keeping::Memory)
        return finish();
    if (secrets.isEmpty()) {
        auto *job = new QKeychain::DeletePasswordJob(kService);
        job->setKey(keyOf(task.server));
        return start(job, [this](QKeychain::Job *finished) { onWritten(finished); });
    }
    const QString text = toText(secrets);
    if (text.size() > kMostBytes) {
        log::warning("vault", u"a login is too large for the keyring; it is kept in memory only"_s);
        return finish();
    }
    note(task.server, true); // before: an entry that is not noted would never be read or removed
    auto *job = new QKeychain::WritePasswordJob(kService);
    job->setKey(keyOf(task.server));
    job->setTextData(text);
    start(job, [this](QKeychain::Job *finished) { onWritten(finished); });
}

void Vault::onWritten(QKeychain::Job *job)
{
    const QUrl server = m_tasks.head().server;
    const bool wasRemoval = m_known.value(server).isEmpty();
    if (job->error() == QKeychain::NoError || (wasRemoval && job->error() == QKeychain::EntryNotFound)) {
        setKeeping(Keeping::Keyring);
        if (wasRemoval)
            note(server, false);
    } else {
        log::warning("vault", u"the keyring refuses; logins are kept in memory only"_s,
                     {{u"reason"_s, job->errorString()}});
        setKeeping(Keeping::Memory);
    }
    finish();
}

void Vault::finish()
{
    const Task task = m_tasks.dequeue();
    m_isBusy = false;
    if (task.context && task.done)
        task.done(m_known.value(task.server));
    QMetaObject::invokeMethod(this, &Vault::next, Qt::QueuedConnection);
}

void Vault::setKeeping(Keeping keeping)
{
    // What failed once is not asked again in this run: a person who closed its prompt meant it.
    if (m_keeping == keeping || m_keeping == Keeping::Memory)
        return;
    m_keeping = keeping;
    Q_EMIT keepingChanged();
}

void Vault::note(const QUrl &server, bool has)
{
    QStringList servers = QSettings().value(kServersKey).toStringList().mid(0, kMostServers);
    servers.removeAll(keyOf(server));
    if (has)
        servers.prepend(keyOf(server));
    QSettings().setValue(kServersKey, servers.mid(0, kMostServers));
}

} // namespace entvas
