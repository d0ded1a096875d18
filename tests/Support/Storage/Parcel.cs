using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Platform.Storage;

namespace EServices.Testing.Storage;

/// <summary>A document with a value of every kind that services keep, for the storage contract.</summary>
public sealed class Parcel : Document
{
    public static readonly DocumentMap<Parcel> Map = new("parcels");
    public static readonly DocumentIndex<Parcel> ByNumber = Map.Unique("by_number", parcel => parcel.Number);
    public static readonly DocumentIndex<Parcel> ByOwner = Map.Index("by_owner", parcel => parcel.Owner!.Mobile);
    public static readonly DocumentIndex<Parcel> ByTag = Map.Index("by_tag", parcel => parcel.Tags, parcel => parcel.Weight);
    public static readonly DocumentIndex<Parcel> ByState = Map.Index("by_state", parcel => parcel.State, parcel => parcel.At, parcel => parcel.Weight);
    public static readonly DocumentIndex<Parcel> ByDay = Map.Index("by_day", parcel => parcel.Day);
    public static readonly DocumentIndex<Parcel> ByFragile = Map.Index("by_fragile", parcel => parcel.Fragile, parcel => parcel.Paise);
    public static readonly DocumentIndex<Parcel> BySlot = Map.Unique("by_slot", parcel => parcel.Day, parcel => parcel.Slot);

    public Parcel(string id)
        : base(id)
    {
    }

    private Parcel()
    {
    }

    public string? Number { get; set; }

    public Person? Owner { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];

    public ParcelState State { get; set; }

    public DateTimeOffset At { get; set; }

    public DateOnly? Day { get; set; }

    public int? Slot { get; set; }

    public int Weight { get; set; }

    public long Paise { get; set; }

    public bool Fragile { get; set; }

    public decimal Ratio { get; set; }

    public double Latitude { get; set; }

    public string Note { get; set; } = "";

    public Localised? Title { get; set; }

    public JsonObject? Form { get; set; }

    public IReadOnlyList<ParcelStep> Steps { get; set; } = [];

    public byte[]? Seal { get; set; }

    public TimeOnly? Until { get; set; }

    public void Tell(string what) => Raise(new ParcelTold(Id, what));
}

public enum ParcelState
{
    Packed,
    Moving,
    Delivered,
}

public sealed record ParcelStep(string Place, DateTimeOffset At, ParcelStep? Before, IReadOnlyDictionary<string, long> Counts);

public sealed record ParcelTold(string ParcelId, string What);
