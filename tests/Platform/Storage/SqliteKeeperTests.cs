using System.Diagnostics;
using EServices.Platform.Storage;
using EServices.Platform.Storage.Sqlite;
using EServices.Testing.Storage;

namespace EServices.Platform.Tests.Storage;

/// <summary>The contract on SQLite, and what only a file can do.</summary>
public sealed class SqliteKeeperTests : KeeperContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-keeper-").FullName;

    private string File => Path.Combine(folder, "deeper", "parcels.db");

    private SqliteKeeper Sqlite => (SqliteKeeper)Keeper;

    protected override Task<IKeeper> OpenAsync() => Task.FromResult(Keepers.Open($"sqlite:{File}"));

    protected override Task RemoveAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task File_InUse_IsRefusedUntilItIsLetGo()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteKeeper(File));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);

        await Keeper.DisposeAsync();

        await using var next = new SqliteKeeper(File);
        await next.PingAsync(Cancel);
    }

    [Fact]
    public async Task File_OfALaterRelease_IsRefused()
    {
        await Keeper.DisposeAsync();
        using (var database = Database.Open(File, readOnly: false))
            database.Execute($"PRAGMA user_version={Schema.Version + 1}");

        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteKeeper(File));

        Assert.Contains($"schema {Schema.Version + 1}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_OfTheFirstRelease_KeepsItsEventsInTheirOrder()
    {
        var parcel = await SavedAsync("p1", parcel =>
        {
            parcel.Tell("one");
            parcel.Tell("two");
        });
        await SavedAsync("p2", parcel => parcel.Tell("other"));
        var parked = (await Keeper.UnsentAsync("parcels", "p2", Cancel))[0].EventId;
        await Keeper.FailedAsync("parcels", "p2", parked, 1, null, "no", Cancel);
        var before = await Keeper.UnsentAsync("parcels", "p1", Cancel);
        await Keeper.DisposeAsync();
        using (var database = Database.Open(File, readOnly: false))
        {
            // As the first release made it.
            database.Execute(
                $"""
                CREATE TABLE first (
                    collection INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, due INTEGER NOT NULL, raised INTEGER NOT NULL, attempts INTEGER NOT NULL,
                    event TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT, tracestate TEXT, baggage TEXT, error TEXT,
                    PRIMARY KEY (collection, id, seq)) WITHOUT ROWID;
                INSERT INTO first ({SqliteEvents.Row}) SELECT {SqliteEvents.Row} FROM unsent;
                DROP TABLE unsent;
                ALTER TABLE first RENAME TO unsent;
                CREATE INDEX unsent_by_due ON unsent (collection, due);
                CREATE INDEX unsent_by_raised ON unsent (collection, raised);
                PRAGMA user_version=1;
                """);
        }

        await ReopenAsync();

        Assert.Equal(before, await Keeper.UnsentAsync("parcels", "p1", Cancel));
        Assert.Equal(2, before.Count);
        parcel.Tell("three");
        await Parcels.SaveAsync(parcel, Cancel);
        Assert.Equal(before.Select(unsent => unsent.EventId), (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Take(2).Select(unsent => unsent.EventId));
        Assert.True(await Keeper.UnparkAsync("parcels", "p2", parked, Clock.GetUtcNow(), Cancel));
        Assert.Equal(parked, Assert.Single(await Keeper.UnsentAsync("parcels", "p2", Cancel)).EventId);
        using var after = Database.Open(File, readOnly: true);
        Assert.Equal(Schema.Version, after.Number("PRAGMA user_version"));
        Assert.Equal(0, after.Number("SELECT COUNT(*) FROM sqlite_schema WHERE sql LIKE '%unsent%' AND sql LIKE '%WITHOUT ROWID%'"));
    }

    [Fact]
    public void File_OfAnotherProgram_IsRefusedAndLeftAlone()
    {
        var path = Path.Combine(folder, "other.db");
        using (var database = Database.Open(path, readOnly: false))
            database.Execute("CREATE TABLE theirs (a)");

        Assert.Throws<InvalidOperationException>(() => new SqliteKeeper(path));

        using var after = Database.Open(path, readOnly: true);
        Assert.Equal(1, after.Number("SELECT COUNT(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task File_ThatIsNoDatabase_IsRefused()
    {
        var path = Path.Combine(folder, "text.db");
        await System.IO.File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("not a database ", 500)), Cancel);

        Assert.ThrowsAny<Exception>(() => new SqliteKeeper(path));
        Assert.StartsWith("not a database", await System.IO.File.ReadAllTextAsync(path, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_AllSearch_NoneScans()
    {
        var now = Clock.GetUtcNow();
        var parcel = await SavedAsync("p1", parcel =>
        {
            (parcel.Number, parcel.Tags) = ("n1", ["a"]);
            parcel.Tell("one");
        });
        parcel.Number = "n2";
        await Parcels.SaveAsync(parcel, Cancel, new StoredAnswer("key", "hash", 200, null, null, "{}", now.AddHours(1)));
        await Parcels.AnswerAsync("key", Cancel);
        await SavedAsync("p2");
        foreach (var query in (IndexQuery<Parcel>[])[Parcel.ByNumber.All, Parcel.ByState.Where(ParcelState.Packed), Parcel.ByTag.Where("a"), Parcel.ByOwner.All, Parcel.BySlot.All, Parcel.ByDay.All, Parcel.ByFragile.All])
        {
            foreach (var directed in (IndexQuery<Parcel>[])[query, query.Descending()])
            {
                await Keeper.QueryAsync(Parcel.Map, new KeyRange(directed.Index, directed.Equal, null, null, directed.Backwards, 10, null), Cancel);
                await Keeper.QueryAsync(Parcel.Map, new KeyRange(directed.Index, directed.Equal, null, null, directed.Backwards, 10, new IndexPosition([], "p")), Cancel);
            }
            await Parcels.CountAsync(query, Cancel);
        }
        await Keeper.DueAsync("parcels", now, 10, Cancel);
        await Keeper.OldestUnsentAsync("parcels", Cancel);
        var told = Assert.Single(await Keeper.UnsentAsync("parcels", "p1", Cancel)).EventId;
        await Keeper.FailedAsync("parcels", "p1", told, 1, now, "no", Cancel);
        await Keeper.FailedAsync("parcels", "p1", told, 1, null, "no", Cancel);
        await Keeper.ParkedAsync("parcels", 10, Cancel);
        await Keeper.UnparkAsync("parcels", "p1", told, now, Cancel);
        await Keeper.SentAsync("parcels", [new SentEvents("p1", [told])], Cancel);
        await Keeper.UnparkAsync("parcels", "p1", told, null, Cancel);
        await Parcels.DeleteAsync(parcel, Cancel);
        await Keeper.PingAsync(Cancel);
        await Keeper.PrepareAsync(Parcel.Map, Cancel);

        using var database = Database.Open(File, readOnly: true);
        var plans = Sqlite.Statements.Keys.Where(sql => sql[0] is 'S' or 'U' or 'D' or 'I').SelectMany(sql => Plan(database, sql).Select(step => (sql, step))).ToList();

        Assert.True(plans.Select(plan => plan.sql).Distinct().Count() > 50, "The statements were not collected.");
        Assert.Contains(plans, plan => plan.step.StartsWith("SEARCH", StringComparison.Ordinal));
        Assert.DoesNotContain(plans, plan => plan.step.Contains("SCAN", StringComparison.Ordinal) || plan.step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Plan(Database database, string sql)
    {
        using var steps = database.Prepare($"EXPLAIN QUERY PLAN {sql}");
        while (steps.Step())
            yield return steps.Text(3);
    }

    [Fact]
    public async Task Index_DeclaredLater_IsBuiltOverWhatIsThere()
    {
        for (var number = 0; number < 600; number++)
            await SavedAsync($"p{number:D3}", parcel => (parcel.Number, parcel.Weight, parcel.Tags) = ($"n{number}", number % 7, ["t", $"t{number % 3}"]));
        var later = new DocumentMap<Parcel>("parcels");
        var byWeight = later.Index("by_weight", parcel => parcel.Weight);
        var byTag = later.Index("by_tag", parcel => parcel.Tags);
        later.Unique("by_number", parcel => parcel.Number);

        await Keeper.PrepareAsync(later, Cancel);

        var store = new DocumentStore<Parcel>(later, Keeper, Outbox, Clock);
        Assert.Equal(600 / 7, await store.CountAsync(byWeight.Where(6), Cancel));
        // Of another shape before: made anew.
        Assert.Equal(200, await store.CountAsync(byTag.Where("t1"), Cancel));
        var changed = await store.GetAsync("p006", Cancel);
        (changed.Weight, changed.Tags) = (99, ["other"]);
        await store.SaveAsync(changed, Cancel);
        Assert.Equal((600 / 7) - 1, await store.CountAsync(byWeight.Where(6), Cancel));
        Assert.Equal("p006", Assert.Single((await store.ListAsync(byTag.Where("other"), null, 10, Cancel)).Items).Id);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Keeper.CountAsync(later, new KeyRange(Parcel.ByDay, [], null, null, false, 1, null), Cancel));
        await Assert.ThrowsAsync<DuplicateKeyException>(() => store.SaveAsync(new Parcel("p999") { Number = "n5" }, Cancel));

        await ReopenAsync();

        Assert.Equal(600, await Parcels.CountAsync(Parcel.ByNumber.All, Cancel));
        Assert.Equal(200, await Parcels.CountAsync(Parcel.ByTag.Where("t2"), Cancel));
    }

    [Fact]
    public async Task UniqueIndex_OverRepeatedKeys_IsRefusedByNameAndTheRestStands()
    {
        await SavedAsync("p1", parcel => parcel.Weight = 5);
        await SavedAsync("p2", parcel => parcel.Weight = 5);
        var later = new DocumentMap<Parcel>("parcels");
        later.Unique("one_weight", parcel => parcel.Weight);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Keeper.PrepareAsync(later, Cancel));

        Assert.Contains("one_weight", refused.Message, StringComparison.Ordinal);
        await SavedAsync("p3", parcel => parcel.Number = "n3");
        Assert.Equal(["p3"], await IdsAsync(Parcel.ByNumber.All));
    }

    [Fact]
    public async Task CrashImage_HoldsEverythingAcknowledged()
    {
        var acknowledged = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        using var enough = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; !enough.IsCancellationRequested; number++)
            {
                var parcel = await SavedAsync($"p{writer}-{number:D5}", parcel =>
                {
                    parcel.Number = parcel.Id;
                    parcel.Tell("saved");
                });
                acknowledged[parcel.Id] = parcel.Version;
                if (number % 3 == 0)
                {
                    await Parcels.SaveAsync(parcel, Cancel);
                    acknowledged[parcel.Id] = parcel.Version;
                }
                if (acknowledged.Count > 400)
                    reached.TrySetResult();
            }
        })).ToList();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        // What a machine that stops now would leave: the file, then the log while it is being written.
        var before = acknowledged.ToArray();
        var image = Path.Combine(folder, "image.db");
        Copy(File, image);
        Copy(File + "-wal", image + "-wal");
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        await using var survivor = new SqliteKeeper(image);
        await survivor.PrepareAsync(Parcel.Map, Cancel);
        foreach (var (id, version) in before)
        {
            var found = await survivor.FindAsync("parcels", id, Cancel);
            Assert.True(found?.Version >= version, $"{id} was acknowledged at version {version}; the image has {found?.Version}.");
            Assert.Single(await survivor.UnsentAsync("parcels", id, Cancel));
        }
        var whole = await survivor.CountAsync(Parcel.Map, new KeyRange(Parcel.ByNumber, [], null, null, false, 1, null), Cancel);
        Assert.True(before.Length >= 400 && whole >= before.Length);
        using var database = Database.Open(image, readOnly: true);
        using var check = database.Prepare("PRAGMA integrity_check");
        Assert.True(check.Step());
        Assert.Equal("ok", check.Text(0));
    }

    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = System.IO.File.Create(to);
        source.CopyTo(target);
    }

    [Fact]
    public async Task Saves_ThatMeet_ShareOneCommit()
    {
        var held = await HoldWriterAsync();
        var commits = Sqlite.Writer.Counts.Commits;

        var saves = Enumerable.Range(0, 64).Select(number => SavedAsync($"p{number}")).ToList();
        held.SetResult();
        await Task.WhenAll(saves);

        // That which held the writer, and one for all.
        Assert.Equal(commits + 2, Sqlite.Writer.Counts.Commits);
    }

    [Fact]
    public async Task Batch_WithRefusalsAndABug_KeepsTheOthers()
    {
        await SavedAsync("known", parcel => parcel.Number = "n1");
        var held = await HoldWriterAsync();

        var first = SavedAsync("p1", parcel => parcel.Number = "n2");
        var duplicate = SavedAsync("p2", parcel => (parcel.Number, parcel.Tags) = ("n1", ["left-behind"]));
        var sameAsInBatch = SavedAsync("p3", parcel => parcel.Number = "n2");
        var bug = Sqlite.Writer.RunAsync<int>(database => database.Prepare("INSERT INTO pulse VALUES (1, 1)").Run(), 1, Cancel);
        var last = SavedAsync("p4", parcel => parcel.Number = "n4");
        held.SetResult();

        await Task.WhenAll(first, last);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => duplicate);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => sameAsInBatch);
        Assert.Contains("UNIQUE", (await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => bug)).Message, StringComparison.Ordinal);
        Assert.Equal(["known", "p1", "p4"], await IdsAsync(Parcel.ByNumber.All));
        Assert.Empty(await IdsAsync(Parcel.ByTag.Where("left-behind")));
    }

    [Fact]
    public async Task Disk_Full_FailsTheBatchTruthfully_AndWorksAgainWhenThereIsRoom()
    {
        await SavedAsync("p0", parcel => parcel.Number = "n0");
        await Sqlite.Writer.RunAsync(database => database.Number($"PRAGMA max_page_count={database.Number("PRAGMA page_count") + 20}"), 1, Cancel);
        var held = await HoldWriterAsync();

        var saves = Enumerable.Range(1, 4).Select(number => SavedAsync($"p{number}", parcel => (parcel.Number, parcel.Note) = ($"n{number}", new string('x', 60_000)))).ToList();
        held.SetResult();

        foreach (var save in saves)
        {
            var busy = await Assert.ThrowsAsync<StoreBusyException>(() => save);
            Assert.Contains("full", busy.Message, StringComparison.Ordinal);
            Assert.True(busy.RetryAfter > TimeSpan.Zero);
        }
        Assert.Equal(["p0"], await IdsAsync(Parcel.ByNumber.All));
        await Sqlite.Writer.RunAsync(database => database.Number("PRAGMA max_page_count=1000000"), 1, Cancel);
        await SavedAsync("p1", parcel => parcel.Number = "n1");
        await Keeper.PingAsync(Cancel);
        Assert.Equal(["p0", "p1"], await IdsAsync(Parcel.ByNumber.All));
    }

    [Fact]
    public async Task Queue_Full_IsBusyAtOnce()
    {
        var held = await HoldWriterAsync();
        var body = new string('x', 7 << 20);

        var accepted = Enumerable.Range(0, 9).Select(number => SavedAsync($"p{number}", parcel => parcel.Note = body)).ToList();
        var busy = await Assert.ThrowsAsync<StoreBusyException>(() => SavedAsync("p9", parcel => parcel.Note = body));

        Assert.False(busy.MayBeKept);
        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        held.SetResult();
        await Task.WhenAll(accepted);
        Assert.Null(await Parcels.FindAsync("p9", Cancel));

        held = await HoldWriterAsync();
        var many = Enumerable.Range(0, 5_000).Select(number => SavedAsync($"q{number:D4}")).ToList();
        Assert.Contains(many, save => save.IsFaulted);
        held.SetResult();
        var outcomes = await Task.WhenAll(many.Select(async save => await Record.ExceptionAsync(() => save)));
        Assert.All(outcomes.OfType<Exception>(), refused => Assert.IsType<StoreBusyException>(refused));
        for (var number = 0; number < outcomes.Length; number += 97)
            Assert.Equal(outcomes[number] is null, await Parcels.FindAsync($"q{number:D4}", Cancel) is not null);
    }

    [Fact]
    public async Task Save_WithdrawnWhileItWaits_IsNotKept()
    {
        var held = await HoldWriterAsync();
        using var cancel = new CancellationTokenSource();

        var save = Parcels.SaveAsync(new Parcel("p1"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => save);
        held.SetResult();

        await SavedAsync("p2");
        Assert.Null(await Parcels.FindAsync("p1", Cancel));
    }

    [Fact]
    public async Task Save_ThatTheWriterDoesNotReachInTime_IsBusyAndNotKept()
    {
        await Keeper.DisposeAsync();
        await using var hurried = new SqliteKeeper(File, TimeSpan.FromMilliseconds(50));
        await hurried.PrepareAsync(Parcel.Map, Cancel);
        var held = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var holding = hurried.Writer.RunAsync(_ => Hold(begun, held), 1, Cancel, alone: true);
        await begun.Task;

        var busy = await Assert.ThrowsAsync<StoreBusyException>(() => hurried.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, [], [], null, Clock.GetUtcNow()), Cancel));

        Assert.False(busy.MayBeKept);
        held.SetResult();
        await holding;
        await hurried.PingAsync(Cancel);
        Assert.Null(await hurried.FindAsync("parcels", "p1", Cancel));
    }

    [Fact]
    public async Task Save_IsASpanOfItsTrace()
    {
        var spans = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "EServices.Storage",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new Activity("request").Start();

        await SavedAsync("p1");

        var span = Assert.Single(spans, span => span.TraceId == request.TraceId);
        Assert.Equal(("save parcels", "sqlite"), (span.DisplayName, span.GetTagItem("db.system.name")));
    }

    [Fact]
    public async Task Reads_DoNotWaitForTheWriter()
    {
        await SavedAsync("p1", parcel => parcel.Number = "n1");
        var held = await HoldWriterAsync();

        Assert.Equal(["p1"], await IdsAsync(Parcel.ByNumber.All));

        held.SetResult();
    }

    [Fact]
    public async Task Dispose_CarriesOutWhatWasAccepted()
    {
        var held = await HoldWriterAsync();
        var saves = Enumerable.Range(0, 10).Select(number => SavedAsync($"p{number}", parcel => parcel.Number = $"n{number}")).ToList();

        var disposal = Keeper.DisposeAsync();
        held.SetResult();
        await disposal;

        await Task.WhenAll(saves);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SavedAsync("late"));
        Assert.False(System.IO.File.Exists(File + "-wal"));
        await ReopenAsync();
        Assert.Equal(10, await Parcels.CountAsync(Parcel.ByNumber.All, Cancel));
    }

    [Fact]
    public async Task Log_StaysBounded()
    {
        var note = new string('x', 1 << 20);
        for (var number = 0; number < 160; number++)
            await SavedAsync($"p{number}", parcel => parcel.Note = note);

        Assert.InRange(new FileInfo(File + "-wal").Length, 1, 64 << 20);
    }

    [Fact]
    public async Task Answers_Expired_AreRemovedWithTheSaves()
    {
        for (var number = 0; number < 450; number++)
            await Parcels.SaveAsync(new Parcel($"p{number}"), Cancel, new StoredAnswer($"key{number}", "h", 200, null, null, "{}", Clock.GetUtcNow().AddHours(24)));
        Clock.Advance(TimeSpan.FromHours(25));
        for (var number = 0; number < 3; number++)
            await SavedAsync($"q{number}");

        using var database = Database.Open(File, readOnly: true);
        Assert.Equal(0, database.Number("SELECT COUNT(*) FROM answers"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("postgres://localhost/x")]
    [InlineData("mongodb://localhost")]
    public void ConnectionString_OfNeitherForm_NamesBoth(string connectionString)
    {
        var refused = Assert.Throws<ArgumentException>(() => Keepers.Open(connectionString));

        Assert.Contains("mongodb://HOST/DATABASE", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Keeps the writer in a transaction until the result is set; what is saved meanwhile waits together.</summary>
    private async Task<TaskCompletionSource> HoldWriterAsync()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Sqlite.Writer.RunAsync(_ => Hold(begun, held), 1, Cancel, alone: true);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        return held;
    }

    private static int Hold(TaskCompletionSource begun, TaskCompletionSource held)
    {
        begun.SetResult();
#pragma warning disable xUnit1031 // This runs on the writer's thread, which is to be held.
        held.Task.Wait();
#pragma warning restore xUnit1031
        return 0;
    }
}
