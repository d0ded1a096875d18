using EServices.Faults.Tests.Checks;
using EServices.Faults.Tests.Reporting;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Testing.Storage;
using Microsoft.Data.Sqlite;

namespace EServices.Faults.Tests.Files;

/// <summary>
/// What a power cut leaves of a SQLite file and its write-ahead log. Saves are made one after the other, and after each it is written down how long the log is:
/// whatever happens to the log behind that length, the save was synced before and has to be there. The file that is opened after each damage must be sound and hold
/// the saves up to some one of them, each with its events and its answer, and nothing of the next.
/// </summary>
public sealed class TornLogTests
{
    private const int Saves = 60;
    private const int Documents = 7;

    private static readonly TimeProvider Time = TimeProvider.System;

    private static readonly Dictionary<string, Action<byte[], int, Random>> Damages = new()
    {
        ["cut off"] = (_, _, _) => { },
        ["a page half written"] = (log, at, chance) => chance.NextBytes(log.AsSpan(at, Math.Min(log.Length - at, chance.Next(1, 4096)))),
        ["one bit turned"] = (log, at, chance) => log[at] ^= (byte)(1 << chance.Next(8)),
        ["grown, but never written"] = (log, at, _) => log.AsSpan(at).Clear(),
        ["older frames behind"] = (log, at, _) => log.AsSpan(0, Math.Min(at, log.Length - at)).CopyTo(log.AsSpan(at)),
    };

    public static TheoryData<string> Kinds => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Log_DamagedAnywhere_KeepsEverySaveBeforeAndNoPartOfOne(string kind)
    {
        using var folder = new Scratch();
        var chance = new Random(FaultStack.Seed);
        var lengths = await FillAsync(folder.File("original.db"));
        var (file, log) = (File.ReadAllBytes(folder.File("taken.db")), File.ReadAllBytes(folder.File("taken.db-wal")));
        Assert.Equal(log.Length, lengths[^1]);

        // Every save's end and the bytes about it, and as many places that nobody chose.
        var places = lengths.SelectMany(length => new[] { length - 1, length }).Concat(Enumerable.Range(0, 60).Select(_ => chance.Next(log.Length))).Append(0)
            .Where(place => place < log.Length).Distinct().Order().ToList();
        var kept = new HashSet<int>();
        foreach (var place in places)
        {
            var damaged = kind == "cut off" ? log[..place] : [.. log];
            Damages[kind](damaged, place, chance);
            File.WriteAllBytes(folder.File("damaged.db"), file);
            File.WriteAllBytes(folder.File("damaged.db-wal"), damaged);
            File.Delete(folder.File("damaged.db-shm"));
            kept.Add(await SoundAsync(folder.File("damaged.db"), lengths.TakeWhile(length => length <= place).Count(), $"{kind} at {place} of {log.Length}, seed {FaultStack.Seed}"));
        }
        FaultReport.Tried(new Trial("SQLite", $"log {kind}", $"{places.Count} places in a log of {Saves} saves", [new Finding("a sound file with every save that was synced, and no part of another", places.Count, [])], []));
        // The damage has to have cost something somewhere, and spared something elsewhere.
        Assert.Contains(0, kept);
        Assert.Contains(kept, saves => saves is > 10 and < Saves - 10);
    }

    [Fact]
    public async Task Checkpoint_CutOffBetweenPages_IsMadeGoodFromTheLog()
    {
        using var folder = new Scratch();
        var chance = new Random(FaultStack.Seed);
        await FillAsync(folder.File("original.db"));
        var (before, log) = (File.ReadAllBytes(folder.File("taken.db")), File.ReadAllBytes(folder.File("taken.db-wal")));
        // An orderly end copies the log into the file: what the file would be in the end.
        File.WriteAllBytes(folder.File("whole.db"), before);
        File.WriteAllBytes(folder.File("whole.db-wal"), log);
        await using (Keepers.Open($"sqlite:{folder.File("whole.db")}"))
        {
        }
        var after = File.ReadAllBytes(folder.File("whole.db"));
        Assert.True(after.Length > before.Length);

        const int Page = 4096;
        const int Trials = 60;
        for (var trial = 0; trial < Trials; trial++)
        {
            var torn = new byte[after.Length];
            before.CopyTo(torn, 0);
            for (var at = 0; at < after.Length; at += Page)
            {
                // A page was copied, not yet, or just as far as the disk's sector at which the power went.
                var copied = chance.Next(3) switch { 0 => 0, 1 => Page, _ => 512 * chance.Next(1, 8) };
                after.AsSpan(at, copied).CopyTo(torn.AsSpan(at));
            }
            File.WriteAllBytes(folder.File("torn.db"), torn);
            File.WriteAllBytes(folder.File("torn.db-wal"), log);
            File.Delete(folder.File("torn.db-shm"));
            Assert.Equal(Saves, await SoundAsync(folder.File("torn.db"), Saves, $"checkpoint {trial}, seed {FaultStack.Seed}"));
        }
        FaultReport.Tried(new Trial("SQLite", "checkpoint cut off", $"{Trials} checkpoints of {Saves} saves with torn pages", [new Finding("a sound file with every save", Trials, [])], []));
    }

    /// <summary>Makes the saves, takes a copy while the keeper has the file open, and says how long the log was after each save.</summary>
    private static async Task<List<int>> FillAsync(string path)
    {
        var lengths = new List<int>();
        await using var keeper = await OpenAsync(path);
        var store = Store(keeper);
        for (var save = 1; save <= Saves; save++)
        {
            var parcel = await store.FindAsync(IdOf(save), TestContext.Current.CancellationToken) ?? new Parcel(IdOf(save));
            (parcel.Weight, parcel.Number, parcel.Note) = (save, $"N{save}", new string((char)('a' + (save % 26)), 37 * save));
            parcel.Tags = [$"tag {save % 3}", $"tag {save}"];
            parcel.Tell($"{save}");
            await store.SaveAsync(parcel, TestContext.Current.CancellationToken, AnswerOf(save));
            lengths.Add((int)new FileInfo($"{path}-wal").Length);
        }
        var folder = Path.GetDirectoryName(path)!;
        File.Copy(path, Path.Combine(folder, "taken.db"));
        File.Copy($"{path}-wal", Path.Combine(folder, "taken.db-wal"));
        return lengths;
    }

    /// <summary>Holds an opened file against the only states it may be in. Returns up to which save it goes.</summary>
    private static async Task<int> SoundAsync(string path, int atLeast, string how)
    {
        int kept;
        await using (var keeper = await OpenAsync(path))
        {
            var store = Store(keeper);
            var parcels = new Dictionary<string, Parcel>();
            foreach (var id in Enumerable.Range(0, Documents).Select(IdOf))
            {
                if (await store.FindAsync(id, CancellationToken.None) is { } found)
                    parcels[id] = found;
            }
            kept = parcels.Values.Select(parcel => parcel.Weight).DefaultIfEmpty(0).Max();
            Assert.True(kept >= atLeast, $"{how}: {atLeast} saves were synced, {kept} are there");
            foreach (var id in Enumerable.Range(0, Documents).Select(IdOf))
            {
                var saves = Enumerable.Range(1, kept).Where(save => IdOf(save) == id).ToList();
                var events = (await keeper.UnsentAsync(Parcel.Map.Collection, id, CancellationToken.None)).Select(unsent => unsent.Body).ToList();
                Assert.True(events.Count == saves.Count && saves.Zip(events).All(pair => pair.Second.Contains($"\"what\":\"{pair.First}\"", StringComparison.Ordinal)),
                    $"{how}: {id} after {kept} saves has the events {string.Join(", ", events)}");
                var parcel = parcels.GetValueOrDefault(id);
                Assert.True(saves.Count == 0 ? parcel is null : parcel?.Version == saves.Count && parcel.Weight == saves[^1] && parcel.Note.Length == 37 * saves[^1],
                    $"{how}: {id} after {kept} saves is {(parcel is null ? "missing" : $"version {parcel.Version} of save {parcel.Weight}")}");
            }
            for (var save = 1; save <= Saves; save++)
            {
                var answer = await keeper.AnswerAsync(Parcel.Map.Collection, AnswerOf(save).Key, Time.GetUtcNow(), CancellationToken.None);
                Assert.True(answer is not null == save <= kept, $"{how}: the answer of save {save} is {(answer is null ? "not " : "")}there, and {kept} saves are");
                // The index tells the same as the documents: only the last save of each is in it.
                var indexed = await store.FirstAsync(Parcel.ByNumber.Where($"N{save}"), CancellationToken.None);
                Assert.True(indexed is not null == (save <= kept && save + Documents > kept), $"{how}: save {save} is {(indexed is null ? "not " : "")}in the index, and {kept} saves are there");
            }
            // It takes work again.
            var next = parcels.GetValueOrDefault(IdOf(0)) ?? new Parcel(IdOf(0));
            next.Weight = 1_000;
            await store.SaveAsync(next, CancellationToken.None);
        }
        using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        database.Open();
        using var check = database.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
        return kept;
    }

    private static async Task<IKeeper> OpenAsync(string path)
    {
        var keeper = Keepers.Open($"sqlite:{path}");
        await keeper.PrepareAsync(Parcel.Map, CancellationToken.None);
        return keeper;
    }

    private static DocumentStore<Parcel> Store(IKeeper keeper) => new(Parcel.Map, keeper, new Outbox(new Ids(Time, new SystemChance())), Time);

    private static string IdOf(int save) => $"parcel-{save % Documents}";

    private static StoredAnswer AnswerOf(int save) => new($"answer-{save}", "hash", 200, null, null, $"{{\"save\":{save}}}", Time.GetUtcNow().AddDays(1));

    private sealed class Scratch : IDisposable
    {
        // What was synced is told by the log's length, not by a disk: thousands of syncs would take time and show nothing.
        private readonly string folder = Directory.CreateDirectory(
            Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"eservices-torn-{Guid.NewGuid():N}")).FullName;

        public string File(string name) => Path.Combine(folder, name);

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
