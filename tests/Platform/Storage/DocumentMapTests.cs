using EServices.Platform.Storage;
using EServices.Testing.Storage;

namespace EServices.Platform.Tests.Storage;

public sealed class DocumentMapTests
{
    private readonly DocumentMap<Parcel> map = new("parcels");

    [Fact]
    public void Index_DeclaredTwice_IsRefused()
    {
        map.Index("by_weight", parcel => parcel.Weight);

        Assert.Throws<ArgumentException>(() => map.Index("by_weight", parcel => parcel.Paise));
    }

    [Fact]
    public void Index_OfTwoLists_OrOfNothing_OrOfAComputation_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => map.Index("by_lists", parcel => parcel.Tags, parcel => parcel.Handled));
        Assert.Throws<ArgumentException>(() => map.Index("by_nothing"));
        Assert.Throws<ArgumentException>(() => map.Index("by_sum", parcel => parcel.Weight + 1));
        Assert.Empty(map.Indexes);
    }

    [Fact]
    public void Query_WithMoreValuesThanParts_OrARangeBehindTheLast_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Parcel.ByDay.Where(new DateOnly(2026, 1, 1), 1));
        Assert.Throws<InvalidOperationException>(() => Parcel.ByDay.Where(new DateOnly(2026, 1, 1)).AtLeast(1));
        Assert.Throws<ArgumentNullException>(() => Parcel.ByDay.Where([null!]));
    }
}
