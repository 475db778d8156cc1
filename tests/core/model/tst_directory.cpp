#include "core/model/directory.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// Keys as they are presented: their form, their checksum, and those that were made before there was one.
class DirectoryTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aNewKeyHasItsForm();
    void everyMistypedCharacterShows();
    void everyCutKeyShows();
    void keysWithoutAChecksumStillHaveAnId();
    void strangersHaveNoId_data();
    void strangersHaveNoId();
    void aKeyIsValidInItsTime();
    void plainTextIsBoundedAndWhole();
};

void DirectoryTest::aNewKeyHasItsForm()
{
    static const QRegularExpression form(u"^entvas_([0-9a-f]{16})_[0-9A-Za-z]{49}$"_s);
    QSet<QString> ids;
    QSet<QByteArray> secrets;
    for (int i = 0; i < 200; ++i) {
        const NewApiKey made = makeApiKey(u"shop"_s, KeyRole::Viewer, u"wall"_s, 1'000, 2'000);
        const auto match = form.match(QString::fromLatin1(made.text));
        QVERIFY2(match.hasMatch(), made.text.constData());
        QCOMPARE(match.captured(1), made.key.id);
        QCOMPARE(apiKeyId(made.text), made.key.id);
        QVERIFY(isLikeApiKey(made.text));
        QCOMPARE(made.key.digest, apiKeyDigest(made.text));
        QCOMPARE(made.key.createdAtMs, 1'000);
        QCOMPARE(made.key.expiresAtMs, 2'000);
        ids.insert(made.key.id);
        secrets.insert(made.text.sliced(24, 43));
    }
    QCOMPARE(ids.size(), 200);
    QCOMPARE(secrets.size(), 200);
    // zlib.crc32 of what is before, in base 62: other programs may check it too, so it must never change.
    const QByteArray known = "entvas_0123456789abcdef_" + QByteArray(43, 'x');
    QCOMPARE(apiKeyId(known + "CHECK6"), QString());
    QCOMPARE(apiKeyId(known + "45dJM4"), u"0123456789abcdef"_s);
}

void DirectoryTest::everyMistypedCharacterShows()
{
    const QByteArray text = makeApiKey(u"shop"_s, KeyRole::Sender, {}, 0).text;
    for (qsizetype i = 0; i < text.size(); ++i) {
        for (const char other : QByteArray("0aZ_ ")) {
            QByteArray wrong = text;
            wrong[i] = other;
            if (wrong != text)
                QVERIFY2(apiKeyId(wrong).isEmpty(), qPrintable(u"%1 at %2"_s.arg(QLatin1Char(other)).arg(i)));
        }
    }
    for (qsizetype i = 24; i + 1 < text.size(); ++i) { // two neighbours the other way round
        QByteArray wrong = text;
        std::swap(wrong[i], wrong[i + 1]);
        QVERIFY(wrong == text || apiKeyId(wrong).isEmpty());
    }
}

void DirectoryTest::everyCutKeyShows()
{
    const QByteArray text = makeApiKey(u"shop"_s, KeyRole::Sender, {}, 0).text;
    for (qsizetype size = 0; size < text.size(); ++size)
        QVERIFY2(apiKeyId(text.first(size)).isEmpty(), qPrintable(QString::number(size)));
    QVERIFY(apiKeyId(text + "x").isEmpty());
    QVERIFY(apiKeyId(text + text).isEmpty());
    QVERIFY(isLikeApiKey(text.first(30))); // so that it can be said what is wrong with it
}

void DirectoryTest::keysWithoutAChecksumStillHaveAnId()
{
    // Secrets were base64url, which knows _ and -.
    const QByteArray old = "entvas_00ab12cd34ef_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-_aB-";
    QCOMPARE(old.size(), 63);
    QCOMPARE(apiKeyId(old), u"00ab12cd34ef"_s);
}

void DirectoryTest::strangersHaveNoId_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prefix") << QByteArray("entvas_");
    QTest::newRow("id only") << QByteArray("entvas_00ab12cd34ef_");
    QTest::newRow("development key") << QByteArray("entvas_webhook_secret_key_8797f88b5f2e10fbf09d7ef162ffc75b");
    QTest::newRow("id is no number") << QByteArray("entvas_00ab12cd34eg_" + QByteArray(43, 'x'));
    QTest::newRow("capital id") << QByteArray("entvas_00AB12CD34EF_" + QByteArray(43, 'x'));
    QTest::newRow("token") << QByteArray("eyJhbGciOiJIUzI1NiJ9.e30.x");
    QTest::newRow("other prefix") << QByteArray("entvaS_00ab12cd34ef_" + QByteArray(43, 'x'));
    QTest::newRow("zeros") << QByteArray(100, '\0');
}

void DirectoryTest::strangersHaveNoId()
{
    QFETCH(QByteArray, text);
    QCOMPARE(apiKeyId(text), QString());
}

void DirectoryTest::aKeyIsValidInItsTime()
{
    ApiKey key = makeApiKey(u"shop"_s, KeyRole::Sender, {}, 1'000, 2'000).key;
    QVERIFY(key.isValidAt(1'999));
    QVERIFY(!key.isValidAt(2'000));
    key.expiresAtMs = 0;
    QVERIFY(key.isValidAt(1'000'000'000'000));
    key.revokedAtMs = 1'500;
    QVERIFY(!key.isValidAt(1'400));
}

void DirectoryTest::plainTextIsBoundedAndWhole()
{
    QVERIFY(isPlainText(u"Größe 🙂", 10));
    QVERIFY(isPlainText(u"", 10));
    QVERIFY(!isPlainText(QString(11, u'x'), 10));
    QVERIFY(!isPlainText(u"a\nb", 10));
    QVERIFY(!isPlainText(QString(QChar(0)), 10));
    QVERIFY(!isPlainText(QString(QChar(0xd800)), 10)); // half a character
}

QTEST_APPLESS_MAIN(DirectoryTest)
#include "tst_directory.moc"
