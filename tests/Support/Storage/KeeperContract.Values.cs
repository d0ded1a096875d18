using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Platform.Storage;
using MongoDB.Bson;
using Xunit;

namespace EServices.Testing.Storage;

public abstract partial class KeeperContract
{
    [Fact]
    public async Task Values_ComeBackAsTheyWere()
    {
        var at = new DateTimeOffset(2026, 3, 31, 23, 59, 59, 987, TimeSpan.FromHours(5.5));
        await SavedAsync("p1", parcel =>
        {
            parcel.Number = "कश्मीर/کشمیر 😀 \" ' \\ \0 end";
            parcel.Owner = new Person("+919906000001", "ग़ुलाम", "ur");
            parcel.Tags = ["one", "", "three"];
            parcel.State = ParcelState.Delivered;
            parcel.At = at;
            parcel.Day = new DateOnly(2028, 2, 29);
            parcel.Slot = int.MinValue;
            parcel.Weight = int.MaxValue;
            parcel.Paise = long.MaxValue;
            parcel.Fragile = true;
            parcel.Ratio = 1234567890.12345678901234567m;
            parcel.Latitude = 34.083656;
            parcel.Title = new Localised(new Dictionary<string, string> { ["en"] = "Domicile", ["hi"] = "अधिवास" });
            parcel.Form = JsonNode.Parse("""{"a.b":{"$set":1.10,"":null},"list":[1,"2",{"x":[]}],"big":12345678901234567890.0001}""")!.AsObject();
            parcel.Steps =
            [
                new ParcelStep("Leh", at, new ParcelStep("Kargil", at.AddDays(-1), null, new Dictionary<string, long>()), new Dictionary<string, long> { ["boxes"] = 3 }),
            ];
            parcel.Seal = [0, 1, 255];
            parcel.Until = new TimeOnly(17, 30, 15);
        });

        var found = await Parcels.GetAsync("p1", Cancel);

        Assert.Equal("कश्मीर/کشمیر 😀 \" ' \\ \0 end", found.Number);
        Assert.Equal(new Person("+919906000001", "ग़ुलाम", "ur"), found.Owner);
        Assert.Equal(["one", "", "three"], found.Tags);
        Assert.Equal(ParcelState.Delivered, found.State);
        Assert.Equal(at, found.At);
        Assert.Equal(TimeSpan.Zero, found.At.Offset);
        Assert.Equal(new DateOnly(2028, 2, 29), found.Day);
        Assert.Equal((int.MinValue, int.MaxValue, long.MaxValue, true), (found.Slot, found.Weight, found.Paise, found.Fragile));
        Assert.Equal(1234567890.12345678901234567m, found.Ratio);
        Assert.Equal(34.083656, found.Latitude);
        Assert.Equal(new Localised(new Dictionary<string, string> { ["en"] = "Domicile", ["hi"] = "अधिवास" }), found.Title);
        Assert.Equal("""{"a.b":{"$set":1.10,"":null},"list":[1,"2",{"x":[]}],"big":12345678901234567890.0001}""", found.Form?.ToJsonString());
        var step = Assert.Single(found.Steps);
        Assert.Equal(("Leh", "Kargil", 3L, at.AddDays(-1)), (step.Place, step.Before?.Place, step.Counts["boxes"], step.Before!.At));
        Assert.Empty(step.Before.Counts);
        Assert.Equal(new byte[] { 0, 1, 255 }, found.Seal);
        Assert.Equal(new TimeOnly(17, 30, 15), found.Until);
    }

    [Fact]
    public async Task Values_Unset_ComeBackUnset()
    {
        await SavedAsync("p1");

        var found = await Parcels.GetAsync("p1", Cancel);

        Assert.Equal((null, null, null, null, null), (found.Number, found.Owner, found.Day, found.Slot, found.Title));
        Assert.Equal((null, null, null), (found.Form, found.Seal, found.Until));
        Assert.Empty(found.Tags);
        Assert.Empty(found.Steps);
        Assert.Equal("", found.Note);
    }

    [Fact]
    public async Task Body_OfFiveMegabytes_IsKept()
    {
        var note = string.Create(5 << 20, 0, static (span, _) =>
        {
            for (var place = 0; place < span.Length; place++)
                span[place] = (char)('a' + (place * 7 % 26));
        });
        var parcel = await SavedAsync("p1", parcel => parcel.Note = note);
        parcel.Weight = 1;
        await Parcels.SaveAsync(parcel, Cancel);

        Assert.Equal(note, (await Parcels.GetAsync("p1", Cancel)).Note);
    }

    [Fact]
    public async Task Shape_OlderOrNewer_IsRead()
    {
        var stored = new BsonDocument { { "note", "old" }, { "sinceRemoved", new BsonDocument("a", 1) }, { "state", "Moving" }, { "owner", new BsonDocument { { "mobile", "+919906000001" }, { "name", "" }, { "language", "en" }, { "later", true } } } };
        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, stored, [], null, Clock.GetUtcNow()), Cancel);

        var found = await Parcels.GetAsync("p1", Cancel);

        Assert.Equal(("old", ParcelState.Moving, "+919906000001"), (found.Note, found.State, found.Owner?.Mobile));
        Assert.Empty(found.Tags);
        Assert.Equal(["p1"], await IdsAsync(Parcel.ByOwner.Where("+919906000001")));
    }

    [Fact]
    public async Task Shape_OfALaterRelease_KeepsWhatThisOneDoesNotKnow()
    {
        var later = new BsonDocument { { "count", 5_000_000_000L }, { "at", new BsonDateTime(1_234) }, { "list", new BsonArray { "x", BsonNull.Value, 1.5, new BsonDocument("a", true) } } };
        var stored = new BsonDocument
        {
            { "note", "new" }, { "later", later }, { "score", 7 }, { "seen", new BsonBinaryData([1, 2]) }, { "nothing", BsonNull.Value },
            { "owner", new BsonDocument { { "mobile", "+919906000001" }, { "name", "" }, { "language", "en" }, { "later", true } } },
        };
        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, stored, [], null, Clock.GetUtcNow()), Cancel);

        await Parcels.UpdateAsync("p1", parcel => parcel.Weight = 3, Cancel);
        await Parcels.UpdateAsync("p1", parcel => parcel.Weight++, Cancel);

        var found = await Keeper.FindAsync("parcels", "p1", Cancel);
        Assert.Equal((3L, 4, "new"), (found!.Version, found.Body["weight"].ToInt32(), found.Body["note"].AsString));
        Assert.Equal(later.ToJson(), found.Body["later"].ToJson());
        Assert.Equal(7, found.Body["score"].AsInt32);
        Assert.Equal([1, 2], found.Body["seen"].AsByteArray);
        Assert.True(found.Body["nothing"].IsBsonNull);
        // A value is replaced whole.
        Assert.False(found.Body["owner"].AsBsonDocument.Contains("later"));
    }

    [Fact]
    public async Task Shape_WithAPropertyUnderAnOldName_IsReadWithoutIt_AndKeepsItThere()
    {
        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, new BsonDocument { { "nummer", "n1" }, { "weight", 2L } }, [], null, Clock.GetUtcNow()), Cancel);

        var found = await Parcels.GetAsync("p1", Cancel);
        Assert.Equal((null, 2), (found.Number, found.Weight));
        Assert.Empty(await IdsAsync(Parcel.ByNumber.All));
        found.Number = "n2";
        await Parcels.SaveAsync(found, Cancel);

        Assert.Equal("n1", (await Keeper.FindAsync("parcels", "p1", Cancel))!.Body["nummer"].AsString);
        Assert.Equal(["p1"], await IdsAsync(Parcel.ByNumber.Where("n2")));
    }

    [Fact]
    public async Task Shape_WithAFieldOfAnotherType_IsRefusedByName()
    {
        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, new BsonDocument("note", new BsonDocument("text", "old")), [], null, Clock.GetUtcNow()), Cancel);

        var refused = await Assert.ThrowsAsync<FormatException>(() => Parcels.GetAsync("p1", Cancel));

        Assert.Contains("Note", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Keeper.FindAsync("parcels", "p1", Cancel))!.Version);
    }

    [Fact]
    public async Task Reaction_ToTheSameEventTwice_TakesEffectOnce()
    {
        await SavedAsync("p1");
        var delivery = new Platform.Messaging.Delivery("evt_1", Clock.GetUtcNow());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Parcels.ReactAsync("p1", delivery, parcel => parcel.Weight++, Cancel)));
        await Parcels.ReactAsync("p1", delivery, parcel => parcel.Weight++, Cancel);

        Assert.Equal(1, (await Parcels.GetAsync("p1", Cancel)).Weight);
    }
}
