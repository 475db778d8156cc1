#include "core/model/adminacts.h"

#include <QSet>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// The declarations of administrative acts: that each can be reached and named, and how their values are read.
class AdminActsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyActIsComplete();
    void wordsAreRead();
    void wrongWordsAreNamed_data();
    void wrongWordsAreNamed();
    void answersSayWhatWasDone();

private:
    static constexpr qint64 kNowMs = 1'760'000'000'000;
    static constexpr qint64 kHourMs = 3'600'000;
};

void AdminActsTest::everyActIsComplete()
{
    QSet<QString> names, paths, words;
    for (const AdminAct &act : adminActs()) {
        QCOMPARE(adminAct(act.name), &act);
        QVERIFY2(act.path.startsWith("/admin/"_L1) && act.sentence && !act.summary.isEmpty() && !act.help.isEmpty(),
                 qPrintable(act.name));
        QVERIFY(!auditTitle(act.name).isEmpty());
        names.insert(act.name);
        paths.insert(act.path);
        words.insert(act.command + u' ' + act.word);
        int withoutOption = 0;
        for (const AdminField &field : act.fields) {
            withoutOption += field.option.isEmpty();
            QCOMPARE(field.kind == AdminField::Kind::Role, !field.roles.isEmpty());
            QCOMPARE(field.kind == AdminField::Kind::Moment, !field.number.name.isEmpty());
            QVERIFY(field.option.isEmpty() || !field.help.isEmpty());
            if (!field.fallback.isEmpty())
                QVERIFY(readSpan(field, field.fallback).has_value());
        }
        QVERIFY(withoutOption <= 1); // the one word behind the act's own
    }
    const qsizetype acts = adminActs().size();
    QVERIFY(acts >= 8);
    QVERIFY(names.size() == acts && paths.size() == acts && words.size() == acts);
    QVERIFY(!adminAct(u"key.mend"_s) && auditTitle(u"key.mend"_s).isEmpty());
    for (const QString &beside : {u"member.change"_s, u"project.close"_s, u"project.delete"_s})
        QVERIFY(!auditTitle(beside).isEmpty());
}

void AdminActsTest::wordsAreRead()
{
    const auto created =
        readWords(*adminAct(u"key.create"_s),
                  {{u"project"_s, u"shop"_s}, {u"role"_s, u"admin"_s}, {u"expires"_s, u"12h"_s}}, kNowMs);
    QVERIFY(created);
    QCOMPARE(created->role(), KeyRole::Admin);
    QCOMPARE(created->time(u"expires"_s), kNowMs + 12 * kHourMs);
    QCOMPARE(created->text(u"name"_s), QString());
    const auto rotated = readWords(*adminAct(u"key.rotate"_s), {{u"id"_s, u"k"_s}}, kNowMs);
    QVERIFY(rotated && rotated->time(u"overlap"_s) == kNowMs + 24 * kHourMs); // what is usual
    const auto atOnce = readWords(*adminAct(u"key.rotate"_s), {{u"id"_s, u"k"_s}, {u"overlap"_s, u"0"_s}}, kNowMs);
    QVERIFY(atOnce && atOnce->time(u"overlap"_s) == kNowMs);
    const auto project = readWords(*adminAct(u"project.create"_s), {{u"id"_s, u"shop"_s}}, kNowMs);
    QVERIFY(project && project->text(u"name"_s) == u"shop"_s);
    const auto named = readWords(*adminAct(u"project.create"_s), {{u"id"_s, u"shop"_s}, {u"name"_s, u"S"_s}}, kNowMs);
    QVERIFY(named && named->text(u"name"_s) == u"S"_s);
    const auto forEver =
        readWords(*adminAct(u"key.create"_s), {{u"project"_s, u"shop"_s}, {u"role"_s, u"sender"_s}}, kNowMs);
    QVERIFY(forEver && !forEver->times.contains(u"expires"_s));
}

void AdminActsTest::wrongWordsAreNamed_data()
{
    QTest::addColumn<QString>("act");
    QTest::addColumn<AdminWords>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("no project") << u"key.create"_s << AdminWords{{u"role"_s, u"sender"_s}} << u"--project is missing"_s;
    QTest::newRow("no role") << u"key.create"_s << AdminWords{{u"project"_s, u"p"_s}}
                             << u"--role takes sender, viewer or admin"_s;
    QTest::newRow("role of others") << u"member.add"_s
                                    << AdminWords{{u"project"_s, u"p"_s},
                                                  {u"subject"_s, u"s"_s},
                                                  {u"role"_s, u"sender"_s}}
                                    << u"--role takes viewer or admin"_s;
    for (const char *odd : {"", "0", "0d", "9", "d", "-1d", "1.5h", "1w", "100000d", "1d "})
        QTest::addRow("in \"%s\"", odd) << u"key.expire"_s
                                        << AdminWords{{u"id"_s, u"k"_s}, {u"in"_s, QString::fromLatin1(odd)}}
                                        << u"--in "_s;
}

void AdminActsTest::wrongWordsAreNamed()
{
    QFETCH(QString, act);
    QFETCH(AdminWords, words);
    QFETCH(QString, says);
    const Result<AdminCommand> read = readWords(*adminAct(act), words, kNowMs);
    QVERIFY(!read && read.failure().kind == Fault::BadInput);
    QVERIFY2(read.failure().text.contains(says), qPrintable(read.failure().text));
}

void AdminActsTest::answersSayWhatWasDone()
{
    AdminResult made;
    made.project = u"shop"_s;
    made.key.id = u"0123456789abcdef"_s;
    made.text = "entvas_secret";
    const AdminAnswer created = answerTo({u"key.create"_s}, made, kNowMs);
    QCOMPARE(created.data.value("key"_L1).toString(), u"entvas_secret"_s);
    QVERIFY(created.sentence.contains(made.key.id) && !created.sentence.contains("secret"_L1));
    AdminResult added;
    added.after.members = {{u"shop"_s, u"ann"_s, KeyRole::Viewer, 0}};
    const AdminCommand ann{u"member.add"_s,
                           {{u"project"_s, u"shop"_s}, {u"subject"_s, u"ann"_s}, {u"role"_s, u"viewer"_s}}};
    const AdminAnswer first = answerTo(ann, added, kNowMs);
    QCOMPARE(first.data.value("subject"_L1).toString(), u"ann"_s);
    QVERIFY(first.sentence.contains("first member of all"_L1));
    added.after.members.append({u"shop"_s, u"bob"_s, KeyRole::Viewer, 0});
    QVERIFY(!answerTo(ann, added, kNowMs).sentence.contains("first"_L1));
}

QTEST_APPLESS_MAIN(AdminActsTest)
#include "tst_adminacts.moc"
