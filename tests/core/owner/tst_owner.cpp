#include "core/owner/ownerfile.h"
#include "core/owner/ownerproof.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace entvas;
using namespace Qt::StringLiterals;

// The owner file beside a database, and the proofs that are made with what stands in it.
class OwnerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QFile file(m_folder->filePath(u"entvas.db"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        m_database.path = file.fileName();
    }

    void whatIsWrittenIsRead();
    void aLinkedDatabaseHasOneFile();
    void itGoesWithItsSecretOnly();
    void whatIsNotPrivateIsNotTrusted_data();
    void whatIsNotPrivateIsNotTrusted();
    void plantedNamesAreNotFollowed();
    void itIsAboutOneDatabase();
    void whatIsNoneOfOursIsRefused_data();
    void whatIsNoneOfOursIsRefused();
    void aProofHolds();
    void aProofIsOfOneRequest_data();
    void aProofIsOfOneRequest();
    void oddHeadersAreNone();

private:
    OwnerFile file() const
    {
        OwnerFile file;
        file.url = QUrl(u"http://127.0.0.1:8000"_s);
        file.process = 42;
        return file;
    }
    QString path() const { return ownerFilePath(m_database); }
    static QByteArray bytes(const QString &name) { return QFile::encodeName(name); }
    QByteArray contents() const
    {
        QFile read(path());
        return read.open(QIODevice::ReadOnly) ? read.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    DatabaseUrl m_database;
};

void OwnerTest::whatIsWrittenIsRead()
{
    QVERIFY(readOwnerFile(m_database).failure().kind == Fault::NotFound);
    OwnerFile wanted = file();
    wanted.url = QUrl(u"https://[::1]:8443"_s);
    wanted.certificate = QByteArray(64, 'a');
    const Result<OwnerFile> written = writeOwnerFile(m_database, wanted);
    QVERIFY2(written, written ? "" : qPrintable(written.failure().text));
    const Result<OwnerFile> read = readOwnerFile(m_database);
    QVERIFY2(read, read ? "" : qPrintable(read.failure().text));
    QCOMPARE(read->url, wanted.url);
    QCOMPARE(read->certificate, wanted.certificate);
    QCOMPARE(read->process, 42);
    QCOMPARE(read->secret, written->secret);
    QCOMPARE(read->secret.size(), 64);
    struct stat info = {};
    QCOMPARE(stat(bytes(path()).constData(), &info), 0);
    QCOMPARE(info.st_mode & 07777, 0600u);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), (QStringList{u"entvas.db"_s, u"entvas.db.owner"_s}));
    // Each start makes another secret; a certificate that was read anew keeps it.
    QVERIFY(writeOwnerFile(m_database, file())->secret != written->secret);
    QCOMPARE(writeOwnerFile(m_database, *written)->secret, written->secret);
}

void OwnerTest::aLinkedDatabaseHasOneFile()
{
    QVERIFY(writeOwnerFile(m_database, file()));
    DatabaseUrl linked;
    linked.path = m_folder->filePath(u"link.db"_s);
    QVERIFY(QFile::link(m_database.path, linked.path));
    QCOMPARE(ownerFilePath(linked), QFileInfo(path()).canonicalFilePath());
    QVERIFY(readOwnerFile(linked));
}

void OwnerTest::itGoesWithItsSecretOnly()
{
    const Result<OwnerFile> written = writeOwnerFile(m_database, file());
    removeOwnerFile(m_database, QByteArray(64, '0')); // of a server that ended late
    QVERIFY(QFile::exists(path()));
    removeOwnerFile(m_database, written->secret);
    QVERIFY(!QFile::exists(path()));
}

void OwnerTest::whatIsNotPrivateIsNotTrusted_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"group", "others", "link", "hard link", "folder", "pipe", "owner"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void OwnerTest::whatIsNotPrivateIsNotTrusted()
{
    QFETCH(QString, how);
    QVERIFY(writeOwnerFile(m_database, file()));
    const QString other = m_folder->filePath(u"other"_s);
    if (how == "group"_L1 || how == "others"_L1) {
        QCOMPARE(chmod(bytes(path()).constData(), how == "group"_L1 ? 0640 : 0604), 0);
    } else if (how == "link"_L1) {
        QVERIFY(QFile::rename(path(), other) && QFile::link(other, path()));
    } else if (how == "hard link"_L1) {
        QCOMPARE(::link(bytes(path()).constData(), bytes(other).constData()), 0);
    } else if (how == "folder"_L1) {
        QVERIFY(QFile::remove(path()) && QDir().mkdir(path()));
        QCOMPARE(chmod(bytes(path()).constData(), 0700), 0);
    } else if (how == "pipe"_L1) {
        QVERIFY(QFile::remove(path()));
        QCOMPARE(mkfifo(bytes(path()).constData(), 0600), 0);
    } else if (geteuid() == 0) {
        QCOMPARE(chown(bytes(path()).constData(), 12'345, 12'345), 0);
    } else {
        QSKIP("only root can give files away");
    }
    const Result<OwnerFile> read = readOwnerFile(m_database);
    QVERIFY(!read);
    QCOMPARE(read.failure().kind, Fault::Denied);
}

// In a folder that others may write to, names may be anybody's.
void OwnerTest::plantedNamesAreNotFollowed()
{
    const QString victim = m_folder->filePath(u"victim"_s);
    QFile precious(victim);
    QVERIFY(precious.open(QIODevice::WriteOnly));
    precious.write("precious");
    precious.close();
    for (const QString &name : {path(), path() + u".new"_s})
        QVERIFY(QFile::link(victim, name));
    const Result<OwnerFile> written = writeOwnerFile(m_database, file());
    QVERIFY(written);
    QVERIFY(precious.open(QIODevice::ReadOnly));
    QCOMPARE(precious.readAll(), QByteArray("precious"));
    QVERIFY(!QFileInfo(path()).isSymLink());
    QVERIFY(readOwnerFile(m_database));
    // One that can't be taken away.
    QVERIFY(QFile::remove(path()));
    QVERIFY(QDir().mkpath(path() + u"/kept"_s));
    const Result<OwnerFile> failed = writeOwnerFile(m_database, file());
    QVERIFY(!failed && failed.failure().kind == Fault::Denied);
    QVERIFY(!QFile::exists(path() + u".new"_s));
}

void OwnerTest::itIsAboutOneDatabase()
{
    QVERIFY(writeOwnerFile(m_database, file()));
    DatabaseUrl copy;
    copy.path = m_folder->filePath(u"copy.db"_s);
    QVERIFY(QFile::copy(m_database.path, copy.path));
    QVERIFY(QFile::copy(path(), ownerFilePath(copy)));
    QCOMPARE(chmod(bytes(ownerFilePath(copy)).constData(), 0600), 0);
    const Result<OwnerFile> read = readOwnerFile(copy);
    QVERIFY(!read && read.failure().kind == Fault::Unavailable);
    QVERIFY2(read.failure().text.contains(u"another database"_s), qPrintable(read.failure().text));
    // Nor about one that has taken the place of the one that it was written for.
    QVERIFY(QFile::remove(m_database.path));
    QVERIFY(QFile::rename(copy.path, m_database.path));
    QVERIFY(!readOwnerFile(m_database));
}

void OwnerTest::whatIsNoneOfOursIsRefused_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("no JSON") << QByteArray("{") << QByteArray("[");
    QTest::newRow("later version") << QByteArray("\"version\": 1") << QByteArray("\"version\": 2");
    QTest::newRow("no port") << QByteArray(":8000") << QByteArray("");
    QTest::newRow("other scheme") << QByteArray("http:") << QByteArray("ftp:");
    QTest::newRow("a name before it") << QByteArray("127.0.0.1") << QByteArray("user:word@127.0.0.1");
    QTest::newRow("TLS without certificate") << QByteArray("http:") << QByteArray("https:");
    QTest::newRow("no secret") << QByteArray("\"secret\"") << QByteArray("\"other\"");
}

void OwnerTest::whatIsNoneOfOursIsRefused()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QVERIFY(writeOwnerFile(m_database, file()));
    QByteArray text = contents();
    QVERIFY(text.contains(from));
    QFile written(path());
    QVERIFY(written.open(QIODevice::WriteOnly | QIODevice::Truncate));
    written.write(text.replace(from, to));
    written.close();
    const Result<OwnerFile> read = readOwnerFile(m_database);
    QVERIFY(!read && read.failure().kind == Fault::Unavailable);
}

void OwnerTest::aProofHolds()
{
    const QByteArray secret(64, 'a');
    const OwnerRequest request{"GET", u"/admin/audit"_s, {{u"project"_s, u"é&="_s}, {u"limit"_s, u"9"_s}}, {}};
    const QByteArray header = ownerAuthorization(secret, u"änn"_s, request);
    QVERIFY(!header.contains(secret));
    QVERIFY(ownerAuthorization(secret, u"änn"_s, request) != header); // another nonce
    const auto claim = readOwnerAuthorization(header);
    QVERIFY(claim.has_value());
    QCOMPARE(claim->user, u"änn"_s);
    QVERIFY(isProven(*claim, secret, request));
    QVERIFY(!isProven(*claim, QByteArray(64, 'b'), request));
    const QByteArray answer = ownerAnswerProof(secret, claim->nonce, 200, "{}");
    QVERIFY(answer != ownerAnswerProof(secret, claim->nonce, 201, "{}"));
    QVERIFY(answer != ownerAnswerProof(secret, claim->nonce, 200, "{ }"));
    QVERIFY(answer != ownerAnswerProof(secret, QByteArray(32, '0'), 200, "{}"));
    QVERIFY(answer != claim->proof);
}

void OwnerTest::aProofIsOfOneRequest_data()
{
    QTest::addColumn<int>("part");
    for (int part = 0; part < 6; ++part)
        QTest::addRow("%d", part) << part;
}

void OwnerTest::aProofIsOfOneRequest()
{
    QFETCH(int, part);
    const QByteArray secret(64, 'a');
    OwnerRequest request{"POST", u"/admin/keys"_s, {{u"a"_s, u"b"_s}}, "{\"role\":\"viewer\"}"};
    auto claim = readOwnerAuthorization(ownerAuthorization(secret, u"ann"_s, request));
    QVERIFY(claim && isProven(*claim, secret, request));
    switch (part) {
    case 0: request.method = "PUT"; break;
    case 1: request.path = u"/admin/keys/revoke"_s; break;
    case 2: request.parameters = {{u"ab"_s, u""_s}}; break; // the same letters, cut elsewhere
    case 3: request.body = "{\"role\":\"admin\"}"; break;
    case 4: claim->user = u"root"_s; break;
    default: claim->nonce[0] = claim->nonce[0] == '0' ? '1' : '0';
    }
    QVERIFY(!isProven(*claim, secret, request));
}

void OwnerTest::oddHeadersAreNone()
{
    const QByteArray right = ownerAuthorization(QByteArray(64, 'a'), u"ann"_s, {"GET", u"/"_s, {}, {}});
    QVERIFY(readOwnerAuthorization(right));
    const QByteArrayList parts = right.sliced(13).split('.');
    const QByteArray start = "Entvas-Owner ";
    for (const QByteArray &odd :
         {QByteArray(), QByteArray("Bearer ") + right, start, start + "..", right.chopped(1), right + "0",
          right.toUpper(), start + parts[0] + '.' + parts[1], right + ".x", start + parts[0] + ".." + parts[2],
          start + parts[0] + ".!!." + parts[2],
          start + parts[0] + '.' + QByteArray("a\nb").toBase64(QByteArray::Base64UrlEncoding) + '.' + parts[2],
          start + parts[0] + '.' + QByteArray(65, 'a').toBase64(QByteArray::OmitTrailingEquals) + '.' + parts[2],
          start + parts[0] + '.' + QByteArray("\xff").toBase64(QByteArray::OmitTrailingEquals) + '.' + parts[2]})
        QVERIFY2(!readOwnerAuthorization(odd), odd.constData());
    QVERIFY(isOwnerAuthorization(start) && isOwnerAuthorization("entvas-owner x"));
    QVERIFY(!isOwnerAuthorization("Bearer x") && !isOwnerAuthorization("Entvas-Owner"));
}

QTEST_GUILESS_MAIN(OwnerTest)
#include "tst_owner.moc"
