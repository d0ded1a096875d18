namespace EServices.Local.Tests;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("mongodb://h", "mongodb://h/eservices-payment")]
    [InlineData("mongodb://h:27017/", "mongodb://h:27017/eservices-payment")]
    [InlineData("mongodb://a:1,b:2/?replicaSet=rs0&tls=true", "mongodb://a:1,b:2/eservices-payment?replicaSet=rs0&tls=true")]
    [InlineData("mongodb://h/state", "mongodb://h/state-payment")]
    [InlineData("mongodb+srv://c.example/state?w=majority", "mongodb+srv://c.example/state-payment?w=majority")]
    // The user stays in the database it was made in.
    [InlineData("mongodb://u:p@h", "mongodb://u:p@h/eservices-payment?authSource=admin")]
    [InlineData("mongodb://u:p@h/state?tls=true", "mongodb://u:p@h/state-payment?authSource=state&tls=true")]
    [InlineData("mongodb://u:p@h/?authSource=users", "mongodb://u:p@h/eservices-payment?authSource=users")]
    public void MongoDb_EachService_GetsItsOwnDatabase(string given, string expected) => Assert.Equal(expected, ConnectionStrings.MongoDb(given, "payment"));

    [Theory]
    [InlineData("localhost:27017")]
    [InlineData("http://localhost")]
    [InlineData("mongodb://")]
    public void MongoDb_WhatIsNoUrl_IsRefused(string given) => Assert.Throws<StackException>(() => ConnectionStrings.MongoDb(given, "payment"));
}
