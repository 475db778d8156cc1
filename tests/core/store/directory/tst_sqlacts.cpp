#include "core/base/isotime.h"
#include "core/store/directory/adminwork.h"
#include "core/store/directory/sqldirectory.h"
#include "tests/core/store/backends.h"
#include "tests/core/store/directory/acts.h"

#include <QJsonDocument>
#include <thread>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// Administration in the database, and its audit log, on both kinds.
class TestSqlActs final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void everyActIsDoneAndWritten_data() { Backends::addRows(); }
    void everyActIsDoneAndWritten();
    void rotationOverlaps_data() { Backends::addRows(); }
    void rotationOverlaps();
    void badActsChangeNothing_data() { Backends::addRows(); }
    void badActsChangeNothing();
    void nobodyActsOutsideItsProjects_data() { Backends::addRows(); }
    void nobodyActsOutsideItsProjects();
    void noAdminOfOneProjectMovesTheDoorOfAll_data() { Backends::addRows(); }
    void noAdminOfOneProjectMovesTheDoorOfAll();
    void aMemberOfAnUnknownRoleStillShutsTheDoor_data() { Backends::addRows(); }
    void aMemberOfAnUnknownRoleStillShutsTheDoor();
    void anActThatFailsLeavesNothing_data() { Backends::addRows(); }
    void anActThatFailsLeavesNothing();
    void keysAreBounded_data() { Backends::addRows(); }
    void keysAreBounded();
    void usesAreNotedOnlyForwards_data() { Backends::addRows(); }
    void usesAreNotedOnlyForwards();
    void auditIsReadInPages_data() { Backends::addRows(); }
    void auditIsReadInPages();
    void anOlderDatabaseKeepsItsKeys_data() { Backends::addRows(); }
    void anOlderDatabaseKeepsItsKeys();
    void twoRotationsAtOnceMakeOneKey();
    void everyDeclaredActHasItsWork();

private:
    static constexpr qint64 kHourMs = 3'600'000;
    static Actor root(qint64 nowMs = kNoonMs) { return {u"cli:root"_s, {}, nowMs}; }
    static Actor adminOf(const QString &project) { return {u"key:1"_s, QStringList{project}, kNoonMs}; }
    // A key that was made, or an empty one; the test ends where it is used.
    static NewApiKey make(SqlDirectory &directory, const CreateKey &act)
    {
        const Result<AdminResult> made = directory.act(act, root());
        return made ? NewApiKey{made->key, made->text} : NewApiKey();
    }
    static ApiKey keyOf(const Directory &directory, const QString &id)
    {
        for (const ApiKey &key : directory.keys)
            if (key.id == id)
                return key;
        return {};
    }

    Backends m_backends;
};

void TestSqlActs::everyActIsDoneAndWritten()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    AdminResult last;
    qint64 now = kNoonMs;
    QByteArrayList secrets;
    const auto act = [&](const AdminCommand &command) {
        const Result<AdminResult> done = directory.act(command, root(now++));
        last = done ? done.value() : AdminResult();
        if (!last.text.isEmpty())
            secrets << last.text;
        return done && done->project == u"shop"_s && last.text.isEmpty() == (command.act != u"key.create"_s);
    };
    const QString name = u"till \"1\" <b>é🙂"_s;
    QVERIFY(act(CreateProject{{u"shop"_s, u"Shop"_s}}));
    QVERIFY(act(RenameProject{{u"shop"_s, u"The shop"_s}}));
    QVERIFY(act(CreateKey{u"shop"_s, KeyRole::Sender, name}));
    const ApiKey made = last.key;
    QVERIFY(act(CreateKey{u"shop"_s, KeyRole::Viewer, {}, kNoonMs + kHourMs}));
    const ApiKey second = last.key;
    QVERIFY(act(ExpireKey{second.id, kNoonMs + 2 * kHourMs}));
    QVERIFY(act(RevokeKey{second.id}));
    QVERIFY(act(AddMember{{u"shop"_s, u"auth0|ann"_s, KeyRole::Viewer, 0}}));
    QVERIFY(act(AddMember{{u"shop"_s, u"auth0|ann"_s, KeyRole::Admin, 0}}));
    QVERIFY(act(AddMember{{u"shop"_s, u"bob"_s, KeyRole::Viewer, 0}}));
    QVERIFY(act(RemoveMember{u"shop"_s, u"bob"_s}));
    const Result<Directory> read = directory.read();
    ENTVAS_VERIFY(read);
    for (const Directory &is : {read.value(), last.after}) {
        QCOMPARE(is.projects, (QList<Project>{{u"default"_s, u"Default"_s}, {u"shop"_s, u"The shop"_s}}));
        QCOMPARE(is.members, (QList<Member>{{u"shop"_s, u"auth0|ann"_s, KeyRole::Admin, kNoonMs + 6}}));
        QCOMPARE(is.keys.size(), 2);
        QCOMPARE(keyOf(is, made.id).name, name);
        QCOMPARE(keyOf(is, made.id).lastUsedAtMs, 0);
        QCOMPARE(keyOf(is, second.id).expiresAtMs, kNoonMs + 2 * kHourMs);
        QCOMPARE(keyOf(is, second.id).revokedAtMs, kNoonMs + 5);
    }
    const Result<QList<AuditRecord>> audit = directory.audit({});
    ENTVAS_VERIFY(audit);
    const QStringList actions{u"member.remove"_s,  u"member.add"_s,    u"member.change"_s, u"member.add"_s,
                              u"key.revoke"_s,     u"key.expire"_s,    u"key.create"_s,    u"key.create"_s,
                              u"project.rename"_s, u"project.create"_s};
    QCOMPARE(audit->size(), actions.size());
    QByteArray all;
    for (qsizetype i = 0; i < actions.size(); ++i) {
        const AuditRecord &record = audit->at(i);
        QCOMPARE(record.action, actions[i]);
        QCOMPARE(record.subject, u"cli:root"_s);
        QCOMPARE(record.project, u"shop"_s);
        QCOMPARE(record.atMs, kNoonMs + actions.size() - 1 - i);
        QCOMPARE(uuid7Ms(QUuid::fromString(record.id)), record.atMs);
        all += QJsonDocument(record.detail).toJson() + record.target.toUtf8();
    }
    QCOMPARE(audit->at(0).target, u"bob"_s);
    QCOMPARE(audit->at(5).detail.value("expiresAt"_L1).toString(),
             QString::fromLatin1(isoFromMs(kNoonMs + 2 * kHourMs)));
    QCOMPARE(audit->at(7).detail.value("name"_L1).toString(), name);
    QCOMPARE(secrets.size(), 2);
    for (const QByteArray &secret : std::as_const(secrets)) {
        QVERIFY(!all.contains(secret.sliced(24)));
        QVERIFY(!all.contains(apiKeyDigest(secret)));
    }
}

void TestSqlActs::rotationOverlaps()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    const NewApiKey old = make(directory, {u"default"_s, KeyRole::Admin, u"ci"_s, kNoonMs + 10 * kHourMs});
    QVERIFY(!old.text.isEmpty());
    const qint64 now = kNoonMs + kHourMs;
    const Result<AdminResult> rotated = directory.act(RotateKey{old.key.id, now + 2 * kHourMs}, root(now));
    ENTVAS_VERIFY(rotated);
    const ApiKey &next = rotated->key;
    QCOMPARE(apiKeyId(rotated->text), next.id);
    QCOMPARE(apiKeyDigest(rotated->text), next.digest);
    QVERIFY(next.project == old.key.project && next.role == old.key.role && next.name == old.key.name);
    QCOMPARE(next.expiresAtMs, now + 10 * kHourMs); // as long as the old one had
    const ApiKey ending = keyOf(rotated->after, old.key.id);
    QCOMPARE(ending.replacedBy, next.id);
    QCOMPARE(ending.expiresAtMs, now + 2 * kHourMs);
    QVERIFY(ending.isValidAt(now + kHourMs) && !ending.isValidAt(now + 2 * kHourMs));
    const Result<AdminResult> again = directory.act(RotateKey{old.key.id, now}, root(now));
    QVERIFY(!again && again.failure().text.contains(next.id));
    // An overlap never makes a key live longer.
    const Result<AdminResult> longer = directory.act(RotateKey{next.id, now + 1'000 * kHourMs}, root(now));
    ENTVAS_VERIFY(longer);
    QCOMPARE(keyOf(longer->after, next.id).expiresAtMs, now + 10 * kHourMs);
    // None at all: it ends at once.
    const Result<AdminResult> atOnce = directory.act(RotateKey{longer->key.id, 0}, root(now));
    ENTVAS_VERIFY(atOnce);
    QVERIFY(!keyOf(atOnce->after, longer->key.id).isValidAt(now));
    QVERIFY(atOnce->key.isValidAt(now));
}

void TestSqlActs::badActsChangeNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    QVERIFY(!make(directory, {u"default"_s}).text.isEmpty());
    const NewApiKey gone = make(directory, {u"default"_s});
    ENTVAS_VERIFY(directory.act(RevokeKey{gone.key.id}, root()));
    ENTVAS_VERIFY(directory.act(AddMember{{u"default"_s, u"ann"_s, KeyRole::Viewer, 0}}, root()));
    struct Case {
        AdminCommand act;
        Fault kind;
    };
    const QList<Case> cases{
        {CreateProject{{u"Shop"_s, u"x"_s}}, Fault::BadInput},
        {CreateProject{{u"shop"_s, u" "_s}}, Fault::BadInput},
        {CreateProject{{u"shop"_s, QString(129, u'x')}}, Fault::BadInput},
        {CreateProject{{u"default"_s, u"x"_s}}, Fault::BadInput},
        {RenameProject{{u"nosuch"_s, u"x"_s}}, Fault::NotFound},
        {RenameProject{{u"default"_s, u"a\tb"_s}}, Fault::BadInput},
        {CreateKey{u"nosuch"_s}, Fault::NotFound},
        {CreateKey{u"default"_s, KeyRole::Sender, u"a\nb"_s}, Fault::BadInput},
        {CreateKey{u"default"_s, KeyRole::Sender, {}, kNoonMs - 1}, Fault::BadInput}, // over before it began
        {AdminCommand{u"key.mend"_s}, Fault::Internal},
        {RevokeKey{u"nosuch"_s}, Fault::NotFound},
        {RevokeKey{gone.key.id}, Fault::BadInput},
        {RevokeKey{u"' OR 1=1 --"_s}, Fault::NotFound},
        {ExpireKey{gone.key.id, kNoonMs + 1}, Fault::BadInput}, // nothing brings it back
        {RotateKey{gone.key.id, kNoonMs + 1}, Fault::BadInput},
        {RotateKey{{}, 0}, Fault::NotFound},
        {AddMember{{u"nosuch"_s, u"ann"_s, KeyRole::Viewer, 0}}, Fault::NotFound},
        {AddMember{{u"default"_s, {}, KeyRole::Viewer, 0}}, Fault::BadInput},
        {AddMember{{u"default"_s, QString(256, u'x'), KeyRole::Viewer, 0}}, Fault::BadInput},
        {AddMember{{u"default"_s, u"ann"_s, KeyRole::Sender, 0}}, Fault::BadInput},
        {AddMember{{u"default"_s, u"ann"_s, KeyRole::Viewer, 0}}, Fault::BadInput}, // is one already
        {RemoveMember{u"default"_s, u"bob"_s}, Fault::NotFound},
        {RemoveMember{u"default"_s, u"an\nn"_s}, Fault::BadInput},
        {RemoveMember{u"default"_s, {}}, Fault::BadInput},
        {RemoveMember{u"nosuch"_s, u"ann"_s}, Fault::NotFound}};
    const qsizetype written = directory.audit({})->size();
    for (qsizetype i = 0; i < cases.size(); ++i) {
        const Result<AdminResult> acted = directory.act(cases[i].act, root());
        QVERIFY2(!acted && acted.failure().kind == cases[i].kind,
                 qPrintable(u"%1: %2"_s.arg(i).arg(acted ? u"it worked"_s : acted.failure().text)));
    }
    QCOMPARE(directory.audit({})->size(), written);
    QCOMPARE(directory.read()->keys.size(), 2);
    QCOMPARE(directory.read()->members.size(), 1);
    QCOMPARE(directory.read()->projects.size(), 1);
}

void TestSqlActs::nobodyActsOutsideItsProjects()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    ENTVAS_VERIFY(directory.act(CreateProject{{u"shop"_s, u"Shop"_s}}, root()));
    const NewApiKey made = make(directory, {u"shop"_s});
    ENTVAS_VERIFY(directory.act(AddMember{{u"shop"_s, u"ann"_s, KeyRole::Viewer, 0}}, root()));
    const QList<AdminCommand> acts{RenameProject{{u"shop"_s, u"Mine"_s}},
                                   CreateKey{u"shop"_s, KeyRole::Admin},
                                   RevokeKey{made.key.id},
                                   ExpireKey{made.key.id, kNoonMs},
                                   RotateKey{made.key.id, kNoonMs},
                                   AddMember{{u"shop"_s, u"eve"_s, KeyRole::Admin, 0}},
                                   RemoveMember{u"shop"_s, u"ann"_s}};
    for (const AdminCommand &act : acts) {
        const Result<AdminResult> refused = directory.act(act, adminOf(u"default"_s));
        QVERIFY(!refused && refused.failure().kind == Fault::NotFound);
    }
    const Result<AdminResult> another = directory.act(CreateProject{{u"new"_s, u"New"_s}}, adminOf(u"default"_s));
    QVERIFY(!another && another.failure().kind == Fault::Denied);
    QCOMPARE(directory.audit({})->size(), 3);
    for (const AdminCommand &act : acts.mid(0, 2) + acts.mid(4)) // of its own project, and those that don't rule
        ENTVAS_VERIFY(directory.act(act, adminOf(u"shop"_s)));   // each other out
    AuditQuery theirs;
    theirs.projects = QStringList{u"default"_s};
    QCOMPARE(directory.audit(theirs)->size(), 0);
    theirs.projects = QStringList{};
    QCOMPARE(directory.audit(theirs)->size(), 0);
    theirs.projects = QStringList{u"shop"_s, u"a\"b"_s};
    QCOMPARE(directory.audit(theirs)->size(), 8);
}

// Without any member every login sees every project: the first one and the last one concern them all.
void TestSqlActs::noAdminOfOneProjectMovesTheDoorOfAll()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    ENTVAS_VERIFY(directory.act(CreateProject{{u"shop"_s, u"Shop"_s}}, root()));
    const Actor admin = adminOf(u"shop"_s);
    const auto isDenied = [&](const AdminCommand &act) {
        const Result<AdminResult> acted = directory.act(act, admin);
        return !acted && acted.failure().kind == Fault::Denied && acted.failure().text.contains(u"in all projects"_s);
    };
    const AddMember addAnn{{u"shop"_s, u"ann"_s, KeyRole::Viewer, 0}};
    QVERIFY(isDenied(addAnn));
    ENTVAS_VERIFY(directory.act(addAnn, root()));
    QVERIFY(isDenied(RemoveMember{u"shop"_s, u"ann"_s}));
    // Whoever is no member is none: that it would be the last one is not the matter.
    QCOMPARE(directory.act(RemoveMember{u"shop"_s, u"bob"_s}, admin).failure().kind, Fault::NotFound);
    QCOMPARE(directory.read()->members.size(), 1);
    // Between the first and the last its members are its own matter, and theirs is to see all.
    ENTVAS_VERIFY(directory.act(AddMember{{u"shop"_s, u"bob"_s, KeyRole::Viewer, 0}}, admin));
    ENTVAS_VERIFY(directory.act(RemoveMember{u"shop"_s, u"ann"_s}, admin));
    ENTVAS_VERIFY(directory.act(RemoveMember{u"shop"_s, u"bob"_s}, root()));
    QVERIFY(directory.read()->members.isEmpty());
}

void TestSqlActs::aMemberOfAnUnknownRoleStillShutsTheDoor()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    SqlConnection later(url); // a version that knows more roles
    ENTVAS_VERIFY(later.open());
    ENTVAS_VERIFY(later.change(
        u"put_member"_s,
        {{u":project"_s, u"default"_s}, {u":subject"_s, u"ann"_s}, {u":role"_s, u"auditor"_s}, {u":now"_s, kNoonMs}}));
    const Result<Directory> read = directory.read();
    ENTVAS_VERIFY(read);
    QCOMPARE(read->members, (QList<Member>{{u"default"_s, u"ann"_s, KeyRole::Sender, kNoonMs}}));
    const Result<AdminResult> last = directory.act(RemoveMember{u"default"_s, u"ann"_s}, adminOf(u"default"_s));
    QVERIFY(!last && last.failure().kind == Fault::Denied);
    ENTVAS_VERIFY(directory.act(AddMember{{u"default"_s, u"ann"_s, KeyRole::Viewer, 0}}, adminOf(u"default"_s)));
    QCOMPARE(directory.read()->members.first().role, KeyRole::Viewer);
}

void TestSqlActs::anActThatFailsLeavesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    const NewApiKey made = make(directory, {u"default"_s});
    {
        SqlConnection other(url);
        ENTVAS_VERIFY(other.open());
        ENTVAS_VERIFY(other.execute(u"ALTER TABLE audit_log RENAME TO elsewhere"_s));
    }
    QVERIFY(!directory.act(RevokeKey{made.key.id}, root())); // no act without its record
    QVERIFY(!directory.act(RotateKey{made.key.id, kNoonMs}, root()));
    {
        SqlConnection other(url);
        ENTVAS_VERIFY(other.open());
        ENTVAS_VERIFY(other.execute(u"ALTER TABLE elsewhere RENAME TO audit_log"_s));
    }
    QCOMPARE(directory.read()->keys.size(), 1);
    QVERIFY(directory.read()->keys.first().isValidAt(kNoonMs + 1));
    QVERIFY(directory.read()->keys.first().replacedBy.isEmpty());
    ENTVAS_VERIFY(directory.act(RevokeKey{made.key.id}, root()));
}

void TestSqlActs::keysAreBounded()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    const ApiKey first = make(directory, {u"default"_s}).key;
    {
        SqlConnection other(url);
        ENTVAS_VERIFY(other.open());
        ENTVAS_VERIFY(other.execute(u"BEGIN"_s));
        for (int i = 1; i < kMaxKeysPerProject; ++i)
            ENTVAS_VERIFY(other.change(u"add_api_key"_s, {{u":project"_s, u"default"_s},
                                                          {u":id"_s, u"k%1"_s.arg(i)},
                                                          {u":role"_s, u"sender"_s},
                                                          {u":name"_s, u""_s},
                                                          {u":digest"_s, u"0"_s},
                                                          {u":created"_s, kNoonMs},
                                                          {u":expires"_s, 0}}));
        ENTVAS_VERIFY(other.execute(u"COMMIT"_s));
    }
    const auto create = [&] { return directory.act(CreateKey{u"default"_s}, root()); };
    const Result<AdminResult> full = create();
    QVERIFY(!full && full.failure().kind == Fault::Busy);
    ENTVAS_VERIFY(directory.act(RevokeKey{first.id}, root()));
    ENTVAS_VERIFY(create()); // ended ones make room
    QVERIFY(keyOf(directory.read().value(), first.id).id.isEmpty());
    QVERIFY(!create());
}

void TestSqlActs::usesAreNotedOnlyForwards()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    const ApiKey key = make(directory, {u"default"_s}).key;
    const auto used = [&] { return directory.read()->keys.first().lastUsedAtMs; };
    QCOMPARE(used(), 0);
    ENTVAS_VERIFY(directory.noteUses({{u"default"_s, key.id, kNoonMs + 5}, {u"nosuch"_s, u"nosuch"_s, kNoonMs}}));
    QCOMPARE(used(), kNoonMs + 5);
    ENTVAS_VERIFY(directory.noteUses({{u"default"_s, key.id, kNoonMs + 4}})); // of another server, and late
    QCOMPARE(used(), kNoonMs + 5);
    QCOMPARE(directory.audit({})->size(), 1); // that is no act
}

void TestSqlActs::auditIsReadInPages()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    for (int i = 0; i < 25; ++i) // the same millisecond: their order is kept all the same
        ENTVAS_VERIFY(directory.act(RenameProject{{u"default"_s, u"name %1"_s.arg(i)}}, root()));
    QStringList names;
    AuditQuery query;
    query.limit = 10;
    QList<qsizetype> pages;
    while (true) {
        const auto page = directory.audit(query);
        ENTVAS_VERIFY(page);
        if (page->isEmpty())
            break;
        pages << page->size();
        for (const AuditRecord &record : page.value())
            names << record.detail.value("name"_L1).toString();
        query.before = page->last().id;
    }
    QCOMPARE(pages, (QList<qsizetype>{10, 10, 5}));
    for (int i = 0; i < 25; ++i)
        QCOMPARE(names[i], u"name %1"_s.arg(24 - i));
    query = {};
    query.limit = 1'000'000;
    QCOMPARE(directory.audit(query)->size(), 25);
}

void TestSqlActs::anOlderDatabaseKeepsItsKeys()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QByteArray old = "entvas_00ab12cd34ef_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-";
    {
        SqlConnection before(url); // as the version before left it
        ENTVAS_VERIFY(before.open());
        ENTVAS_VERIFY(before.runScript(u"create_migrations"_s));
        for (const QString &migration : before.statements().migrations().first(3)) {
            ENTVAS_VERIFY(before.runScript(migration));
            ENTVAS_VERIFY(before.change(u"add_migration"_s,
                                        {{u":version"_s, migration.left(3).toInt()}, {u":name"_s, migration.mid(4)}}));
        }
        ENTVAS_VERIFY(before.change(u"add_api_key"_s, {{u":project"_s, u"default"_s},
                                                       {u":id"_s, apiKeyId(old)},
                                                       {u":role"_s, u"sender"_s},
                                                       {u":name"_s, u"old"_s},
                                                       {u":digest"_s, QString::fromLatin1(apiKeyDigest(old))},
                                                       {u":created"_s, kNoonMs},
                                                       {u":expires"_s, 0}}));
    }
    SqlDirectory directory(url);
    ENTVAS_VERIFY(directory.open());
    const Result<Directory> read = directory.read();
    ENTVAS_VERIFY(read);
    QCOMPARE(read->keys.size(), 1);
    QCOMPARE(read->keys.first().id, u"00ab12cd34ef"_s);
    QCOMPARE(read->keys.first().digest, apiKeyDigest(old));
    QVERIFY(read->keys.first().isValidAt(kNoonMs + 1));
    QVERIFY(read->members.isEmpty());
    const Result<AdminResult> rotated = directory.act(RotateKey{u"00ab12cd34ef"_s, kNoonMs + 1}, root());
    ENTVAS_VERIFY(rotated);
    QCOMPARE(rotated->key.id.size(), 16); // of the new form
}

void TestSqlActs::twoRotationsAtOnceMakeOneKey()
{
    const Result<DatabaseUrl> url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    SqlDirectory directory(url.value());
    ENTVAS_VERIFY(directory.open());
    const ApiKey key = make(directory, {u"default"_s}).key;
    std::atomic<int> done{0};
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i)
        servers.emplace_back([&] {
            SqlDirectory own(url.value());
            if (own.open() && own.act(RotateKey{key.id, kNoonMs + kHourMs}, root()))
                ++done;
        });
    for (std::thread &server : servers)
        server.join();
    QCOMPARE(done.load(), 1);
    QCOMPARE(directory.read()->keys.size(), 2);
    QCOMPARE(directory.audit({})->size(), 2);
}

// What is declared is done, and nothing else is.
void TestSqlActs::everyDeclaredActHasItsWork()
{
    QStringList declared;
    for (const AdminAct &act : adminActs())
        declared << act.name;
    QStringList done = adminWorkNames();
    declared.sort();
    done.sort();
    QCOMPARE(done, declared);
}

QTEST_GUILESS_MAIN(TestSqlActs)
#include "tst_sqlacts.moc"
