using EServices.Platform.Storage;

namespace EServices.Dispatch.Operators;

internal static class OperatorDocuments
{
    public static readonly DocumentMap<Operator> Map = new("operators");
    public static readonly DocumentIndex<Operator> ByName = Map.Index("by_name", known => known.Name);
    public static readonly DocumentIndex<Operator> ByDistrict = Map.Index("by_district", known => known.Districts, known => known.Name);
    public static readonly DocumentIndex<Operator> ByEmail = Map.Unique("by_email", known => known.StaffEmail);
}
